"""The tree over the receipts: vectors of certificate transparency, and proofs of every place in small trees."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.urn.tree import check_inclusion, inclusion, root

# The leaves and roots that certificate transparency tests itself with (google/certificate-transparency,
# merkletree/merkle_tree_test.cc): the root after each leaf.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def receipts(count: int) -> list[bytes]:
    return sorted(sha256(str(place).encode()).digest() for place in range(count))


def slow_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = max(1 << power for power in range(len(leaves).bit_length()) if 1 << power < len(leaves))
    return sha256(b"\x01" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(count: int):
    assert root(LEAVES[:count]).hex() == ROOTS[count - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_the_root_is_the_one_that_the_definition_gives(leaves: list[bytes]):
    assert root(leaves) == root(iter(leaves)) == slow_root(leaves)


@pytest.mark.parametrize("size", range(1, 41))
def test_each_leaf_is_proved_in_its_place_and_in_no_other(size: int):
    leaves = receipts(size)
    whole = root(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion(leaves, index)
        assert len(proof) <= (size - 1).bit_length()
        found = [place for place in range(-1, size + 2) if check_inclusion(leaf, place, size, proof, whole)]
        assert found == [index]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 40])
def test_a_wrong_proof_is_refused(size: int):
    leaves = receipts(size)
    whole = root(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion(leaves, index)
        wrong = [proof[:-1], proof[1:], proof[::-1], [*proof, whole], [whole, *proof]]
        wrong += [[*proof[:place], whole, *proof[place + 1 :]] for place in range(len(proof))]
        for other in wrong:
            assert other == proof or not check_inclusion(leaf, index, size, other, whole)
        assert not check_inclusion(whole, index, size, proof, whole)
        assert not check_inclusion(leaf, index, size, proof, leaf)


def test_a_node_cannot_pass_for_a_leaf():
    leaves = receipts(4)
    left, right = (sha256(b"\x00" + leaf).digest() for leaf in leaves[:2])
    proof = inclusion(leaves, 0)[1:]
    assert not check_inclusion(left + right, 0, 2, proof, root(leaves))


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int):
    with pytest.raises(IndexError):
        inclusion(receipts(3), index)


def test_one_receipt_dropped_doubled_or_replaced_changes_the_root():
    leaves = receipts(40)
    others = [leaves[1:], leaves[:-1], [leaves[0], *leaves], [*leaves, leaves[-1]], [bytes(32), *leaves[1:]]]
    assert len({root(leaves), *map(root, others)}) == len(others) + 1
