"""Every figure of an explanation is checked by counting again, slowly, with that change."""

from dataclasses import replace
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.tally.election import Ballot, Election
from participatory.tally.methods import Completion, Method, RuleName
from participatory.tally.outcome import Outcome, ProjectOutcome, Reason, State
from participatory.tally.rules import greedy, run
from participatory.tally.terms import Floor, Terms
from participatory.tally.ties import Lot, Order, Ties
from tests.tally import reference
from tests.tally.making import election
from tests.tally.strategies import elections, methods, terms_for, tied_elections

ENOUGH = 1000


def with_votes(case: Election, project: str, votes: int) -> Election:
    """The election with that many more votes for a project, or one more person giving it the points."""
    if case.vote_type.counts_votes:
        more = Ballot("more", ((project, 1),), multiplicity=votes)
    else:
        more = Ballot("more", ((project, votes),))
    return replace(case, ballots=(*case.ballots, more))


def with_cost(case: Election, project: str, cost: int) -> Election:
    return replace(case, projects=tuple(replace(p, cost=cost) if p.id == project else p for p in case.projects))


def check_votes(case: Election, method: Method, terms: Terms, loser: ProjectOutcome) -> None:
    def funds(votes: int) -> bool:
        return loser.id in reference.count(with_votes(case, loser.id, votes), method, terms).funded_in_full

    missing = loser.votes_missing
    if missing is None:
        assert not funds(ENOUGH)
        return
    assert missing > 0
    assert funds(missing)
    assert not any(funds(fewer) for fewer in {1, missing // 2, missing - 1} if 0 < fewer < missing)


def check_cost(case: Election, method: Method, terms: Terms, loser: ProjectOutcome) -> None:
    def funds(cost: int) -> bool:
        return loser.id in reference.count(with_cost(case, loser.id, cost), method, terms).funded_in_full

    passing = loser.cost_would_pass
    if passing is not None:
        assert 0 < passing < loser.cost
        assert funds(passing)
    assert not any(funds(cost) for cost in range((passing or 0) + 1, min(loser.cost + 1, 12)))


def losers(outcome: Outcome) -> list[ProjectOutcome]:
    return [project for project in outcome.projects if project.state is State.NOT_FUNDED]


@pytest.mark.parametrize("rule", [RuleName.GREEDY, RuleName.GREEDY_PER_COST])
@given(data=st.data())
def test_every_figure_is_what_counting_again_shows(rule: RuleName, data: st.DataObject) -> None:
    case = data.draw(elections() | tied_elections())
    terms = data.draw(terms_for(case, limits=data.draw(st.booleans()), partial=True))
    for loser in losers(run(case, Method(rule), terms)):
        check_votes(case, Method(rule), terms, loser)
        check_cost(case, Method(rule), terms, loser)


@given(st.data())
def test_what_supporters_had_left_would_have_paid_for_as_much(data: st.DataObject) -> None:
    case = data.draw(tied_elections())
    method = replace(data.draw(methods(RuleName.MES)), completion=Completion.NONE)
    terms = data.draw(terms_for(case, limits=data.draw(st.booleans())))
    for loser in losers(run(case, method, terms)):
        assert (loser.votes_missing, loser.cost_would_pass) == (None, None)
        if loser.purse and loser.purse.left >= 1:
            cheaper = with_cost(case, loser.id, floor(loser.purse.left))
            assert loser.id in reference.count(cheaper, method, terms).winners


def test_votes_to_pass_the_project_that_took_the_money() -> None:
    outcome = greedy(election({"a": 60, "b": 50, "c": 40}, {"a": 5, "b": 3, "c": 2}, budget=100))
    (b,) = losers(outcome)
    assert (b.id, b.reason, b.rank, b.votes_missing, b.cost_would_pass) == ("b", Reason.NO_MONEY, 2, 3, 40)


def test_equal_votes_are_enough_where_the_tie_goes_to_the_cheaper() -> None:
    case = election({"a": 60, "b": 50}, {"a": 5, "b": 3}, budget=100)
    assert losers(greedy(case, Terms(100, order=Order(Ties.RULEBOOK))))[0].votes_missing == 2
    assert losers(greedy(case, Terms(100)))[0].votes_missing == 3


def test_a_lower_cost_can_win_the_tie_and_with_it_more_money() -> None:
    case = election({"a": 60, "b": 70}, {"a": 5, "b": 5}, budget=100)
    # At 60 the two would be drawn by lot, where `a` comes first with this seed; at 59 `b` comes first.
    seed = next(s for s in range(99) if Lot(bytes([s])).ticket("a") < Lot(bytes([s])).ticket("b"))
    order = Order(Ties.RULEBOOK, Lot(bytes([seed])))
    assert losers(greedy(case, Terms(100, order=order)))[0].cost_would_pass == 59


def test_nothing_helps_a_project_dearer_than_the_budget_but_a_lower_cost() -> None:
    (dear,) = losers(greedy(election({"a": 60, "b": 101}, {"a": 5, "b": 9}, budget=100)))
    assert (dear.votes_missing, dear.cost_would_pass) == (None, 100)


def test_no_cost_helps_where_nothing_was_left() -> None:
    (late,) = losers(greedy(election({"a": 100, "b": 10}, {"a": 5, "b": 3}, budget=100)))
    assert (late.votes_missing, late.cost_would_pass) == (3, None)


def test_the_easiest_stage_gives_the_figure() -> None:
    case = election({"city": 60, "vue1": 40, "vue2": 40}, {"city": 50, "vue1": 12, "vue2": 10}, budget=100)
    floor = Floor("vue", 40, frozenset({"vue1", "vue2"}))
    (loser,) = losers(greedy(case, Terms(100, floors=(floor,))))
    assert (loser.id, loser.votes_missing) == ("vue2", 3)
