import pytest

from participatory.ballots.choosing import (
    BASKET_MAX,
    addition_fault,
    as_choices,
    choices_fault,
    points_fault,
    terms_of,
)
from participatory.ballots.rules import Cell, drawn, slot, suppressed
from participatory.rounds.rulebook import MAIN_CONTEST, BallotKind, Contest
from tests.factories import RULEBOOK

APPROVAL = RULEBOOK
KNAPSACK = RULEBOOK.changed(ballot_kind=BallotKind.KNAPSACK)
POINTS = RULEBOOK.changed(ballot_kind=BallotKind.POINTS, points_budget=5, points_cap=3)
RANKING = RULEBOOK.changed(ballot_kind=BallotKind.RANKING)


def terms(book, contest=MAIN_CONTEST):
    return terms_of(book, contest)


PRICES = {"a": 40_000_00, "b": 50_000_00, "c": 20_000_00, "d": 1_00}


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
    refusal = choices_fault(as_choices(book.ballot_kind, chosen), PRICES, terms(book))
    assert (fault in str(refusal)) if fault else refusal is None


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        ((("a", 3), ("b", 2)), None),
        ((("a", 1),), None),
        ((("a", 3), ("b", 3)), "Vous avez donné 6 points et vous en avez 5"),
        ((("a", 4),), "au plus 3 points"),
        ((("a", 0), ("b", 2)), "au moins un point"),
        ((("a", -1), ("b", 2)), "au moins un point"),
    ],
)
def test_points_stay_within_the_budget_and_the_cap(choices, fault):
    refusal = choices_fault(choices, PRICES, terms(POINTS))
    assert (fault in str(refusal)) if fault else refusal is None


@pytest.mark.parametrize(
    ("choices", "right"),
    [
        ((("a", 1), ("b", 2), ("c", 3)), True),
        ((("b", 1),), True),
        ((("a", 1), ("b", 1)), False),
        ((("a", 1), ("b", 3)), False),
        ((("a", 0), ("b", 1)), False),
        ((("a", 2),), False),
    ],
)
def test_ranks_go_from_the_first_without_a_gap(choices, right):
    assert (choices_fault(choices, PRICES, terms(RANKING)) is None) == right


def test_approval_and_knapsack_know_no_other_value_than_one():
    for book in (APPROVAL, KNAPSACK):
        assert choices_fault((("a", 2),), PRICES, terms(book)) is not None


def test_choices_are_written_as_points_or_ranks():
    assert as_choices(BallotKind.RANKING, ["b", "a"]) == (("b", 1), ("a", 2))
    assert as_choices(BallotKind.POINTS, ["b", "a"], {"b": 4}) == (("b", 4), ("a", 1))
    assert as_choices(BallotKind.APPROVAL, ["b", "a"]) == (("b", 1), ("a", 1))


def test_points_that_cannot_be_given_say_why():
    assert points_fault({"a": 2}, "b", 3, terms(POINTS), title="x") is None
    assert "au plus 3" in str(points_fault({}, "a", 4, terms(POINTS), title="x"))
    assert "plus assez de points" in str(points_fault({"a": 3}, "b", 3, terms(POINTS), title="x"))
    one = terms(POINTS.changed(ballot_max=1))
    assert "déjà choisi 1" in str(points_fault({"a": 1}, "b", 1, one, title="x"))
    assert points_fault({"a": 1}, "a", 2, one, title="x") is None


def test_each_contest_has_its_own_envelope():
    book = KNAPSACK.changed(contests=(Contest("tarbes", "Tarbes", 30_000_00, ("tarbes",)),))
    assert terms(book).amount_cents == 70_000_00
    assert terms(book, "tarbes").amount_cents == 30_000_00
    with pytest.raises(KeyError):
        terms(book, "ailleurs")


def test_an_addition_over_budget_says_how_much_is_missing():
    refusal = addition_fault(["a", "b"], "c", PRICES, terms(KNAPSACK.changed(ballot_max=9)), title="La serre")
    assert "10\u202f000\u00a0€" in str(refusal)
    assert "La serre" in str(refusal)


def test_an_addition_that_fits_to_the_cent_is_accepted():
    book = KNAPSACK.changed(budget_cents=90_000_00)
    assert addition_fault(["a"], "b", PRICES, terms(book), title="x") is None
    assert addition_fault(["a"], "b", PRICES, terms(book.changed(budget_cents=90_000_00 - 1)), title="x") is not None


def test_an_addition_over_count_says_so():
    assert "déjà choisi 3 projets" in str(addition_fault(["a", "b", "c"], "d", PRICES, terms(APPROVAL), title="x"))


def test_a_basket_never_outgrows_its_cookie():
    prices = {f"p{number}": 0 for number in range(BASKET_MAX + 1)}
    chosen = list(prices)[:BASKET_MAX]
    limits = terms(KNAPSACK.changed(ballot_max=500))
    assert "déjà choisi 120" in str(addition_fault(chosen, f"p{BASKET_MAX}", prices, limits, title="x"))


def test_a_knapsack_holds_no_more_projects_than_the_rulebook_says():
    book = KNAPSACK.changed(ballot_max=2, budget_cents=900_000_00)
    assert "déjà choisi 2 projets" in str(addition_fault(["a", "b"], "c", PRICES, terms(book), title="x"))
    assert addition_fault(["a"], "b", PRICES, terms(book), title="x") is None


def test_small_figures_are_hidden_and_cannot_be_deduced():
    cells = suppressed([Cell("Auch", 40, 3), Cell("Foix", 90, 12), Cell("Toulouse", 900, 300)])
    assert [cell.signatures for cell in cells] == [None, None, 300]
    cells = suppressed([Cell("Auch", 40, 38), Cell("Foix", 20, 3), Cell("Toulouse", 900, 300)])
    assert [cell.signatures for cell in cells] == [None, None, 300]
    cells = suppressed([Cell("Auch", 40, 0), Cell("Foix", 20, 10), Cell("Toulouse", 900, 300)])
    assert [cell.signatures for cell in cells] == [0, 10, 300]
