from participatory.tally.election import Ballot
from participatory.tally.outcome import MAIN_STAGE, Reason
from participatory.tally.rules import greedy
from participatory.tally.terms import Floor, Terms
from tests.tally.making import election, make, points


def test_highest_score_first_and_what_does_not_fit_is_skipped() -> None:
    outcome = greedy(election({"a": 60, "b": 50, "c": 40}, {"a": 5, "b": 4, "c": 3}, budget=100))
    assert outcome.winners == ("a", "c")
    assert (outcome.cost, outcome.remainder) == (100, 0)
    assert [step.remaining_after for step in outcome.steps] == [40, 0]


def test_a_project_that_costs_exactly_the_budget_is_funded() -> None:
    assert greedy(election({"a": 100}, {"a": 1}, budget=100)).winners == ("a",)


def test_an_election_without_ballots_still_has_an_outcome() -> None:
    outcome = greedy(election({"a": 60, "b": 50}, {}, budget=100))
    assert outcome.winners == ("a",)
    assert outcome.projects[1].score == 0


def test_points_are_added_up() -> None:
    ballots = (Ballot("1", points(a=3, b=1)), Ballot("2", points(b=1)), Ballot("3", points(b=2), multiplicity=2))
    outcome = greedy(make({"a": 10, "b": 10}, ballots, budget=10, vote_type="cumulative"))
    assert outcome.winners == ("b",)
    assert [(p.score, p.supporters) for p in outcome.projects] == [(6, 4), (3, 1)]


def test_a_floor_is_filled_first_and_its_unspent_part_joins_the_rest() -> None:
    case = election(
        {"city1": 50, "city2": 40, "vue1": 30, "vue2": 25},
        {"city1": 9, "city2": 8, "vue1": 2, "vue2": 1},
        budget=120,
    )
    floor = Floor("vue", 40, frozenset({"vue1", "vue2"}))
    outcome = greedy(case, Terms(120, floors=(floor,)))
    assert [(s.project, s.stage) for s in outcome.steps] == [
        ("vue1", "vue"),
        ("city1", MAIN_STAGE),
        ("city2", MAIN_STAGE),
    ]
    assert outcome.steps[0].remaining_after == 10
    assert outcome.steps[1].remaining_before == 90
    assert greedy(case).winners == ("city1", "city2", "vue1")


def test_floors_are_filled_in_their_order_and_never_fund_a_project_twice() -> None:
    case = election({"a": 10, "b": 10, "c": 10}, {"a": 3, "b": 2, "c": 1}, budget=30)
    floors = (Floor("one", 10, frozenset("ab")), Floor("two", 10, frozenset("abc")))
    outcome = greedy(case, Terms(30, floors=floors))
    assert [(s.project, s.stage) for s in outcome.steps] == [("a", "one"), ("b", "two"), ("c", MAIN_STAGE)]


def test_a_project_below_the_threshold_is_left_out_even_if_money_remains() -> None:
    outcome = greedy(election({"a": 10, "b": 10}, {"a": 3, "b": 2}, budget=100), Terms(100, threshold=3))
    assert outcome.winners == ("a",)
    assert outcome.projects[1].reason is Reason.THRESHOLD
    assert outcome.projects[1].votes_missing == 1
    assert outcome.projects[1].cost_would_pass is None
