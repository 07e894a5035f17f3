"""The number of an association: format and key."""

import pytest

from participatory.proposals.carriers import bare, number_fault


@pytest.mark.parametrize(
    "typed", ["W313012345", "w 313 012 345", "732 829 320 00074", "356 000 000 00048", "35600000049837"]
)
def test_a_number_that_holds_is_accepted_however_it_is_spaced(typed):
    assert number_fault(bare(typed)) is None


@pytest.mark.parametrize(
    "typed", ["", "W31301234", "W3130123456", "73282932000075", "7328293200007", "ABC", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"]
)
def test_a_number_that_does_not_hold_is_refused_with_a_sentence(typed):
    assert number_fault(bare(typed)).field == "carrier_number"
