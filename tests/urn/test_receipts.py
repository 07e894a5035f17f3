"""Receipts: the hash of a ciphertext, and how people read and type it."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.urn.receipts import receipt_code, receipt_from, receipt_of


@given(st.binary(max_size=100))
def test_a_receipt_read_aloud_and_typed_carelessly_is_found_again(ciphertext: bytes):
    receipt = receipt_of(ciphertext)
    assert receipt == sha256(ciphertext).hexdigest()
    code = receipt_code(receipt)
    assert [len(group) for group in code.split("-")] == [4] * 13
    assert receipt_from(code) == receipt
    careless = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert receipt_from(f" {careless}\n") == receipt


@pytest.mark.parametrize("typed", ["", "bonjour", "0" * 51, "0" * 53, "0" * 500, "U" * 52])
def test_what_is_not_a_whole_receipt_is_none(typed: str):
    assert receipt_from(typed) is None


def test_a_slip_in_the_last_letter_is_noticed():
    assert receipt_from("0" * 52) == "00" * 32
    assert receipt_from("0" * 51 + "G") == "00" * 31 + "01"
    assert receipt_from("0" * 51 + "1") is None
