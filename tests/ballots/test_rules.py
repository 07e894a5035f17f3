import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.ballots.rules import (
    BASKET_MAX,
    Cell,
    addition_fault,
    ballot_fault,
    choices_of,
    document,
    drawn,
    receipt_code,
    receipt_from,
    receipt_of,
    slot,
    suppressed,
)
from participatory.rounds.rulebook import BallotKind
from tests.factories import RULEBOOK

APPROVAL = RULEBOOK
KNAPSACK = RULEBOOK.changed(ballot_kind=BallotKind.KNAPSACK)
PRICES = {"a": 40_000_00, "b": 50_000_00, "c": 20_000_00, "d": 1_00}


def test_the_same_choices_in_any_order_make_the_same_document():
    first = document("r", BallotKind.APPROVAL, ["b", "a"], "n")
    assert first == document("r", BallotKind.APPROVAL, ["a", "b"], "n")
    assert json.loads(first) == {"round": "r", "kind": "approval", "choices": [["a", 1], ["b", 1]], "nonce": "n"}
    assert choices_of(first) == (("a", 1), ("b", 1))


def test_choices_of_an_imported_document_keep_their_points():
    assert choices_of('{"choices":[["x",5],["y",1]]}') == (("x", 5), ("y", 1))


def test_a_nonce_makes_receipts_of_equal_choices_differ():
    assert receipt_of(document("r", BallotKind.APPROVAL, ["a"], "1")) != receipt_of(
        document("r", BallotKind.APPROVAL, ["a"], "2")
    )


@given(st.binary(min_size=32, max_size=32))
def test_a_receipt_is_read_back_however_it_is_typed(data):
    code = receipt_code(data.hex())
    assert receipt_from(code) == data.hex()
    careless = code.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert receipt_from(f" {careless}\n") == data.hex()


@pytest.mark.parametrize("typed", ["", "ABCD", "A" * 51, "A" * 53, "<script>", "é" * 52, "A" * 5000])
def test_what_is_not_a_whole_receipt_is_none(typed):
    assert receipt_from(typed) is None


def test_a_slot_depends_on_the_key_the_round_and_the_voter():
    places = {slot(key, round_, name) for key in (b"k", b"l") for round_ in "rs" for name in "pq"}
    assert len(places) == 8


def test_the_order_is_stable_for_one_person_and_differs_for_the_next():
    projects = [f"p{number}" for number in range(40)]
    mine = drawn(projects, b"secret", "me")
    assert mine == drawn(reversed(projects), b"secret", "me")
    assert mine != drawn(projects, b"secret", "you")
    assert mine != drawn(projects, b"other round", "me")


def test_a_project_that_leaves_does_not_move_the_others():
    projects = [f"p{number}" for number in range(40)]
    without = [each for each in projects if each != "p7"]
    assert drawn(without, b"s", "me") == [each for each in drawn(projects, b"s", "me") if each != "p7"]


def test_every_place_is_as_likely_for_every_project():
    firsts = [drawn("abcd", b"s", f"voter {number}")[0] for number in range(2000)]
    assert all(400 < firsts.count(project) < 600 for project in "abcd")


@pytest.mark.parametrize(
    ("book", "chosen", "fault"),
    [
        (APPROVAL, [], "vide"),
        (APPROVAL, ["a", "a"], "qu’une fois"),
        (APPROVAL, ["a", "z"], "n’est pas au vote"),
        (APPROVAL, ["a", "b", "c", "d"], "au plus 3"),
        (APPROVAL.changed(ballot_min=2), ["a"], "au moins 2"),
        (KNAPSACK, ["a", "b", "c"], "dépasse l’enveloppe"),
        (APPROVAL, ["a", "b", "c"], None),
        (KNAPSACK, ["a", "b"], None),
        (KNAPSACK.changed(ballot_max=1), ["c", "d"], "au plus 1"),
    ],
)
def test_only_choices_that_the_rulebook_allows_make_a_ballot(book, chosen, fault):
    refusal = ballot_fault(chosen, PRICES, book)
    assert (fault in str(refusal)) if fault else refusal is None


def test_an_addition_over_budget_says_how_much_is_missing():
    refusal = addition_fault(["a", "b"], "c", PRICES, KNAPSACK.changed(ballot_max=9), title="La serre")
    assert "10\u202f000\u00a0€" in str(refusal)
    assert "La serre" in str(refusal)


def test_an_addition_that_fits_to_the_cent_is_accepted():
    book = KNAPSACK.changed(budget_cents=90_000_00)
    assert addition_fault(["a"], "b", PRICES, book, title="x") is None
    assert addition_fault(["a"], "b", PRICES, book.changed(budget_cents=90_000_00 - 1), title="x") is not None


def test_an_addition_over_count_says_so():
    assert "déjà choisi 3 projets" in str(addition_fault(["a", "b", "c"], "d", PRICES, APPROVAL, title="x"))


def test_a_basket_never_outgrows_its_cookie():
    prices = {f"p{number}": 0 for number in range(BASKET_MAX + 1)}
    chosen = list(prices)[:BASKET_MAX]
    assert "plein" in str(addition_fault(chosen, f"p{BASKET_MAX}", prices, KNAPSACK.changed(ballot_max=500), title="x"))


def test_a_knapsack_holds_no_more_projects_than_the_rulebook_says():
    book = KNAPSACK.changed(ballot_max=2, budget_cents=900_000_00)
    assert "déjà choisi 2 projets" in str(addition_fault(["a", "b"], "c", PRICES, book, title="x"))
    assert addition_fault(["a"], "b", PRICES, book, title="x") is None


def test_small_figures_are_hidden_and_cannot_be_deduced():
    cells = suppressed([Cell("Auch", 40, 3), Cell("Foix", 90, 12), Cell("Toulouse", 900, 300)])
    assert [cell.signatures for cell in cells] == [None, None, 300]
    cells = suppressed([Cell("Auch", 40, 38), Cell("Foix", 20, 3), Cell("Toulouse", 900, 300)])
    assert [cell.signatures for cell in cells] == [None, None, 300]
    cells = suppressed([Cell("Auch", 40, 0), Cell("Foix", 20, 10), Cell("Toulouse", 900, 300)])
    assert [cell.signatures for cell in cells] == [0, 10, 300]
