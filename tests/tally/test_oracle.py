"""The program against pabutools, on small elections with many ties. See oracle/README.md."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.tally.election import Election
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.rules import run
from tests.tally.making import electorate
from tests.tally.oracle.client import LEFT_OUT, Oracle
from tests.tally.strategies import elections, tied_elections

if LEFT_OUT:
    pytest.skip("left out: ORACLE_PYTHON=none says that pabutools is not here", allow_module_level=True)

CASES = tied_elections() | elections()
STEPS = st.sampled_from([Fraction(1), Fraction(1, 3), Fraction(1, 10), Fraction(5, 7)])


def equal_shares(sat: Satisfaction) -> Method:
    return Method(RuleName.MES, sat)


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    asked = Oracle()
    yield asked
    asked.close()


@pytest.mark.parametrize("rule", [RuleName.GREEDY, RuleName.GREEDY_PER_COST])
@given(case=CASES)
def test_greedy(oracle: Oracle, rule: RuleName, case: Election) -> None:
    method = Method(rule)
    assert list(run(case, method).winners) == oracle.winners(case, method)


@pytest.mark.parametrize("sat", Satisfaction)
@given(case=CASES)
def test_equal_shares(oracle: Oracle, sat: Satisfaction, case: Election) -> None:
    method = Method(RuleName.MES, sat)
    assert list(run(case, method).winners) == oracle.winners(case, method)


@pytest.mark.parametrize("sat", Satisfaction)
@given(case=CASES, step=STEPS)
def test_equal_shares_with_more_money(oracle: Oracle, sat: Satisfaction, case: Election, step: Fraction) -> None:
    method = Method(RuleName.MES, sat, Completion.ADD1, Stop.EXHAUSTIVE, step)
    assert list(run(case, method).winners) == oracle.winners(case, method, add1=True)


@given(case=CASES)
def test_phragmen(oracle: Oracle, case: Election) -> None:
    method = Method(RuleName.PHRAGMEN)
    assert sorted(run(case, method).winners) == oracle.winners(case, method)


@pytest.mark.parametrize("seed", range(6))
def test_a_town(oracle: Oracle, seed: int) -> None:
    """More projects and ballots than hypothesis draws, so that money runs out slowly."""
    case = electorate(seed)
    for method in (Method(RuleName.GREEDY), Method(RuleName.GREEDY_PER_COST), *map(equal_shares, Satisfaction)):
        assert list(run(case, method).winners) == oracle.winners(case, method)
    for sat in Satisfaction:
        method = Method(RuleName.MES, sat, Completion.ADD1, Stop.EXHAUSTIVE, Fraction(1, 20), step_is_share=True)
        assert list(run(case, method).winners) == oracle.winners(case, method, add1=True)
    method = Method(RuleName.PHRAGMEN)
    assert sorted(run(case, method).winners) == oracle.winners(case, method)
