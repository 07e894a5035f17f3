"""The Merkle tree over the receipts, as of certificate transparency (RFC 6962, section 2.1).

Leaves and nodes are hashed with different first bytes, so that a node cannot pass for a leaf.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice

_LEAF, _NODE = b"\x00", b"\x01"


def root(leaves: Iterable[bytes]) -> bytes:
    """The root hash (32 bytes); of no leaves at all, the hash of nothing.

    Takes time in proportion to the leaves, and memory to the depth of the tree alone.
    """
    # The roots of the whole subtrees met so far, largest first, as the ones of a binary counter.
    subtrees: list[bytes] = []
    for count, leaf in enumerate(leaves, start=1):
        node = sha256(_LEAF + leaf).digest()
        size = count
        while not size & 1:
            node = sha256(_NODE + subtrees.pop() + node).digest()
            size >>= 1
        subtrees.append(node)
    if not subtrees:
        return sha256().digest()
    node = subtrees.pop()
    while subtrees:
        node = _joined(subtrees.pop(), node)
    return node


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf (counted from 0): the hashes that lead from it to the root, nearest first.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    path: list[bytes] = []
    first, end = 0, len(leaves)
    while end - first > 1:
        # The left side is the largest power of two below the whole (RFC 6962, 2.1.1).
        middle = first + (1 << (end - first - 1).bit_length() - 1)
        if index < middle:
            path.append(root(islice(leaves, middle, end)))
            end = middle
        else:
            path.append(root(islice(leaves, first, middle)))
            first = middle
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that `leaf` stands at `index` among the `size` leaves of a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, place, last = sha256(_LEAF + leaf).digest(), index, size - 1
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _joined(step, node)
            # The last node of a level has no neighbour on the right until its place is odd.
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _joined(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
