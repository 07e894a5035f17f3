"""A stream in encrypted pieces, of which none can be altered, moved, dropped or added unseen. Pure.

ChaCha20-Poly1305; the nonce of a piece is its number (11 bytes) and a mark that is 1 for the last piece alone, as in
the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015). A key serves one file, so no nonce comes twice.
What precedes the pieces in the file is bound to each of them as associated data.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY_BYTES = 32
PIECE_BYTES = 64 * 1024
_TAG_BYTES = 16


class Damaged(ValueError):  # noqa: N818 — it names the state of a file.
    """The file was cut, altered or put together from others, or the key is not its key."""


def encrypted(chunks: Iterable[bytes], key: bytes, bound: bytes) -> Iterator[bytes]:
    """The pieces of a stream; every one but the last holds PIECE_BYTES of it."""
    cipher, number, waiting = ChaCha20Poly1305(key), 0, bytearray()
    for chunk in chunks:
        waiting += chunk
        # The last piece is known only at the end: a full one waits for what follows it.
        while len(waiting) > PIECE_BYTES:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE_BYTES]), bound)
            del waiting[:PIECE_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), bound)


def decrypted(file: BinaryIO, key: bytes, bound: bytes) -> Iterator[bytes]:
    """What the pieces hold, from where the file stands to its end; raises Damaged at the first that is not right.

    What was given before must be thrown away then: only the last piece says that the stream is whole.
    """
    cipher, number = ChaCha20Poly1305(key), 0
    piece = file.read(PIECE_BYTES + _TAG_BYTES)
    while True:
        following = file.read(PIECE_BYTES + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, bound)
        except InvalidTag:
            raise Damaged("this backup was cut, altered or put together from others") from None
        if not following:
            return
        piece, number = following, number + 1


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
