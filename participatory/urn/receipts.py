"""The receipt of a ballot: what the voter keeps, and finds again in the sealed list."""

import hashlib

from participatory.core.identifiers import CROCKFORD, crockford, grouped, ungrouped

RECEIPT_BYTES = 32
# 256 bits take 52 letters of base 32, the last of which carries four empty bits.
RECEIPT_LETTERS = 52


def receipt_of(ciphertext: bytes) -> str:
    """The receipt of a sealed ballot: the SHA-256 of its ciphertext, in hexadecimal."""
    return hashlib.sha256(ciphertext).hexdigest()


def receipt_code(receipt: str) -> str:
    """A receipt as people read it: groups of four in Crockford's base 32."""
    return grouped(crockford(bytes.fromhex(receipt)))


def receipt_from(typed: str) -> str | None:
    """The receipt that somebody typed, in hexadecimal; None when it is not a whole receipt.

    Spaces, dashes, small letters and look-alike letters are forgiven.
    """
    code = ungrouped(typed[:200])
    if len(code) != RECEIPT_LETTERS:
        return None
    value = 0
    for letter in code:
        value = value * 32 + CROCKFORD.index(letter)
    bits, rest = divmod(value, 1 << (RECEIPT_LETTERS * 5 - RECEIPT_BYTES * 8))
    # A last letter that no receipt ends with is a slip of the pen, not another spelling.
    return None if rest else bits.to_bytes(RECEIPT_BYTES, "big").hex()
