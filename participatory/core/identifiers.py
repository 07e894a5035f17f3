"""Identifiers that people may read, type and share."""

import secrets

from slugify import slugify as _slugify

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def public_id(length: int = 12) -> str:
    """A random identifier without ambiguous letters; 12 characters carry 60 bits."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length)).lower()


def slugify(text: str, fallback: str) -> str:
    """The part of an address made of a title, at most 60 characters."""
    spaced = text.replace("’", " ").replace("'", " ").replace("°", " ")
    return _slugify(spaced, max_length=60, word_boundary=True) or fallback


def crockford(data: bytes) -> str:
    """Bytes in Crockford's base 32, most significant bits first, in capitals."""
    bits = len(data) * 8
    length = -(-bits // 5)
    value = int.from_bytes(data, "big") << (length * 5 - bits)
    return "".join(CROCKFORD[(value >> (5 * place)) & 31] for place in reversed(range(length)))


def grouped(code: str, size: int = 4) -> str:
    """A long code in groups that the eye can follow."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def ungrouped(code: str) -> str:
    """A code as it is stored, from what somebody typed: spaces, dashes and look-alike letters forgiven."""
    kept = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(letter for letter in kept if letter in CROCKFORD)
