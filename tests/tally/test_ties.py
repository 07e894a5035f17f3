from hashlib import sha256

from participatory.tally.election import Ballot
from participatory.tally.rules import greedy
from participatory.tally.terms import Terms
from participatory.tally.ties import Criterion, Lot, Order, Ties
from tests.tally.making import election, make, points


def test_lexico_orders_ids_as_strings() -> None:
    outcome = greedy(election({"9": 10, "10": 10}, {"9": 1, "10": 1}, budget=10))
    assert outcome.winners == ("10",)
    (tie,) = outcome.ties_broken
    assert (tie.projects, tie.criteria, tie.decisive) == (("10", "9"), (Criterion.ID,), True)


def test_rulebook_takes_the_lower_cost_first() -> None:
    case = election({"a": 20, "b": 10}, {"a": 1, "b": 1}, budget=20)
    outcome = greedy(case, Terms(20, order=Order(Ties.RULEBOOK)))
    assert outcome.winners == ("b",)
    assert outcome.ties_broken[0].criteria == (Criterion.COST,)


def test_then_the_one_with_more_supporters() -> None:
    ballots = (Ballot("1", points(a=2)), Ballot("2", points(b=1)), Ballot("3", points(b=1)))
    case = make({"a": 10, "b": 10}, ballots, budget=10, vote_type="cumulative")
    outcome = greedy(case, Terms(10, order=Order(Ties.RULEBOOK)))
    assert outcome.winners == ("b",)
    assert outcome.ties_broken[0].criteria == (Criterion.SUPPORTERS,)


def test_then_the_lot_that_anybody_can_draw_again() -> None:
    ids = ["a", "b", "c", "d", "e"]
    case = election(dict.fromkeys(ids, 10), dict.fromkeys(ids, 1), budget=20)
    seed, round_key = bytes.fromhex("c0ffee"), "etudiants-2026"
    outcome = greedy(case, Terms(20, order=Order(Ties.RULEBOOK, Lot(seed, round_key))))
    drawn = sorted(ids, key=lambda id_: sha256(b"\xc0\xff\xee" + b"etudiants-2026" + id_.encode()).hexdigest())
    assert list(outcome.ties_broken[0].projects) == drawn
    assert list(outcome.winners) == drawn[:2]
    assert set(outcome.ties_broken[0].criteria) == {Criterion.LOT}


def test_a_tie_where_all_are_funded_is_not_decisive() -> None:
    outcome = greedy(election({"a": 10, "b": 10}, {"a": 1, "b": 1}, budget=20))
    assert not outcome.ties_broken[0].decisive


def test_another_seed_can_give_another_winner() -> None:
    case = election({"a": 10, "b": 10}, {"a": 1, "b": 1}, budget=10)
    winners = {greedy(case, Terms(10, order=Order(Ties.RULEBOOK, Lot(bytes([seed]))))).winners for seed in range(20)}
    assert winners == {("a",), ("b",)}
