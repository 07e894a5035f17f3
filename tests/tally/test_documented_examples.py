"""The examples that docs/tally.md works by hand."""

from fractions import Fraction

from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.rules import run
from tests.tally.making import election

FIRST = election({"aula": 40, "bikes": 40, "cafe": 20, "drama": 40}, {"aula,bikes,cafe": 6, "drama": 4}, budget=100)
SECOND = election(
    {"bikes": 50, "cafe": 30, "dance": 20, "eco": 90},
    {"bikes": 5, "cafe,eco": 2, "cafe,dance,eco": 1, "dance,eco": 1, "eco": 1},
    budget=100,
)


def shares(sat: Satisfaction = Satisfaction.COST, **options: object) -> Method:
    return Method(RuleName.MES, sat, **options)  # type: ignore[arg-type]


def test_greedy_leaves_the_smaller_group_with_nothing() -> None:
    outcome = run(FIRST, Method(RuleName.GREEDY))
    assert outcome.winners == ("aula", "bikes", "cafe")
    assert [step.remaining_after for step in outcome.steps] == [60, 20, 0]
    assert outcome.projects[-1].votes_missing == 3


def test_per_cost_drama_would_have_passed_at_twenty_six() -> None:
    outcome = run(FIRST, Method(RuleName.GREEDY_PER_COST))
    assert outcome.winners == ("cafe", "aula", "bikes")
    assert outcome.projects[-1].cost_would_pass == 26


def test_equal_shares_give_each_group_its_part() -> None:
    outcome = run(FIRST, shares())
    assert [(s.project, s.rho) for s in outcome.steps] == [
        ("aula", Fraction(1, 6)),
        ("cafe", Fraction(1, 6)),
        ("drama", Fraction(1, 4)),
    ]
    assert [step.price for step in outcome.steps] == [Fraction(20, 3), Fraction(10, 3), 10]
    purse = outcome.projects[-1].purse
    assert purse is not None
    assert (purse.left, [(paid.project, paid.amount) for paid in purse.taken]) == (0, [("aula", 40), ("cafe", 20)])


def test_by_cardinality_the_cheap_one_comes_first() -> None:
    assert run(FIRST, shares(Satisfaction.CARDINALITY)).winners == ("cafe", "aula", "drama")


def test_phragmen_buys_as_money_flows() -> None:
    outcome = run(FIRST, Method(RuleName.PHRAGMEN))
    assert [(s.project, s.price) for s in outcome.steps] == [("cafe", Fraction(10, 3)), ("aula", 10), ("drama", 10)]


def test_the_completions_of_the_second_example() -> None:
    assert run(SECOND, shares()).winners == ("bikes", "cafe")
    assert run(SECOND, shares(completion=Completion.GREEDY)).winners == ("bikes", "cafe", "dance")
    final = {}
    for stop in Stop:
        outcome = run(SECOND, shares(completion=Completion.ADD1, stop=stop))
        assert outcome.winners == ("bikes", "cafe", "dance")
        final[stop] = outcome.stages[0].raises
    assert final == {Stop.EXHAUSTIVE: 5, Stop.OVERSPEND: 7}


def test_with_add1_a_winner_may_lose_by_costing_less() -> None:
    def counted(cost: int) -> tuple[str, ...]:
        costs = {"p0": 5, "p1": 4, "p2": cost, "p3": 6}
        votes = {"p0,p2": 1, "p0": 1, "p1": 1, "p1,p2": 1, "p1,p2,p3": 1}
        return run(election(costs, votes, budget=12), shares(completion=Completion.ADD1)).winners

    assert counted(6) == ("p1", "p2")
    assert counted(5) == ("p1",)
