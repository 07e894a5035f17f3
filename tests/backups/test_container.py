"""The pieces of a backup: nothing can be cut, altered, moved, dropped or added unseen."""

import io

import pytest

from participatory.backups.container import PIECE_BYTES, Damaged, decrypted, encrypted

KEY, BOUND = bytes(range(32)), b"head"
PIECE = PIECE_BYTES + 16


def packed(content: bytes, chunk: int = 10_000) -> bytes:
    return b"".join(encrypted((content[at : at + chunk] for at in range(0, len(content), chunk)), KEY, BOUND))


def unpacked(data: bytes, key: bytes = KEY, bound: bytes = BOUND) -> bytes:
    return b"".join(decrypted(io.BytesIO(data), key, bound))


CONTENT = bytes(range(256)) * (PIECE_BYTES * 3 // 256) + b"fin"


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 200_003])
@pytest.mark.parametrize("chunk", [1000, PIECE_BYTES, 10_000_000])
def test_what_was_put_in_comes_out(size, chunk):
    content = (CONTENT * 2)[:size]
    assert unpacked(packed(content, chunk)) == content


@pytest.mark.parametrize("size", [0, 1, 15, 16, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE, 3 * PIECE + 18])
def test_a_file_that_was_cut_is_refused(size):
    with pytest.raises(Damaged):
        unpacked(packed(CONTENT)[:size])


@pytest.mark.parametrize("place", [0, 17, PIECE - 1, PIECE, 2 * PIECE + 5, 3 * PIECE, 3 * PIECE + 18])
def test_a_byte_that_was_altered_is_refused(place):
    data = bytearray(packed(CONTENT))
    data[place] ^= 1
    with pytest.raises(Damaged):
        unpacked(bytes(data))


@pytest.mark.parametrize(
    "order", [(1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 1, 3), (0, 2, 3), (1, 2, 3), (0, 1, 2, 2, 3), (3,)]
)
def test_pieces_that_were_moved_dropped_or_doubled_are_refused(order):
    data = packed(CONTENT)
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
    with pytest.raises(Damaged):
        unpacked(b"".join(pieces[each] for each in order))


def test_something_added_at_the_end_is_refused():
    for more in (b"\0", bytes(PIECE), packed(CONTENT)):
        with pytest.raises(Damaged):
            unpacked(packed(CONTENT) + more)


def test_another_head_or_another_key_opens_nothing():
    for changed in ({"bound": b"autre"}, {"key": bytes(32)}):
        with pytest.raises(Damaged):
            unpacked(packed(CONTENT), **changed)
