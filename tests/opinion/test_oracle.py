"""The statistics against red-dwarf, to 1e-9, on conversations of every shape."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatory.opinion.analysis import Analysis, analyse_given
from participatory.opinion.findings import Direction
from participatory.opinion.votes import Votes
from tests.opinion.making import conversation
from tests.opinion.oracle.client import LEFT_OUT, RedDwarf

if LEFT_OUT:
    pytest.skip("left out: ORACLE_PYTHON=none says that red-dwarf is not here", allow_module_level=True)


@pytest.fixture(scope="module")
def oracle() -> Iterator[RedDwarf]:
    asked = RedDwarf()
    yield asked
    asked.close()


@st.composite
def grouped_votes(draw: st.DrawFn) -> tuple[Votes, dict[str, str]]:
    """Up to 14 people and 6 statements, every group with somebody in it, somebody perhaps in none."""
    people, statements, groups = draw(st.integers(2, 14)), draw(st.integers(1, 6)), draw(st.integers(1, 3))
    vote = st.sampled_from([1, 1, 0, -1, -1, None])
    rows = draw(st.lists(st.lists(vote, min_size=statements, max_size=statements), min_size=people, max_size=people))
    # A first voter has seen everything, so that each statement has its column.
    rows[0] = [each if each is not None else 1 for each in rows[0]]
    cast = [(str(n), str(s), each) for n, row in enumerate(rows) for s, each in enumerate(row) if each is not None]
    votes = Votes.of(cast)
    labels = {each: str(place % (groups + 1)) for place, each in enumerate(votes.participants)}
    kept = {each: group for each, group in labels.items() if group != str(groups)} or labels
    return votes, kept


def compare(oracle: RedDwarf, votes: Votes, members: dict[str, str]) -> tuple[Analysis, dict]:
    """Every figure of both; what red-dwarf said is given back."""
    found = analyse_given(votes, members)
    names = sorted(set(members.values()))
    labels = [names.index(members[each]) if each in members else None for each in found.votes.participants]
    theirs = oracle.answer(found.votes.values, labels)
    ours = {each.statement: each.value for each in found.consensus}
    assert [ours[place] for place in range(len(ours))] == pytest.approx(theirs["consensus"], rel=0, abs=1e-9)
    for group, figures in zip(found.groups, theirs["groups"], strict=True):
        for each in group.representative:
            row, way = figures[str(each.statement)], "a" if each.direction is Direction.AGREE else "d"
            expected = (row[f"p{way}"], row[f"p{way}t"], row[f"r{way}"], row[f"r{way}t"], row["ns"])
            assert (each.share, each.share_z, each.ratio, each.ratio_z, each.seen) == pytest.approx(expected, abs=1e-9)
    most = {way: [each.statement for each in found.majority if each.direction == way] for way in ("agree", "disagree")}
    assert {way: sorted(each) for way, each in most.items()} == {
        way: sorted(each) for way, each in theirs["majority"].items()
    }
    return found, theirs


@settings(max_examples=60, deadline=None)
@given(case=grouped_votes())
def test_figures_of_small_conversations(oracle: RedDwarf, case: tuple[Votes, dict[str, str]]) -> None:
    compare(oracle, *case)


@pytest.mark.parametrize("seed", range(4))
def test_lists_of_a_conversation(oracle: RedDwarf, seed: int) -> None:
    votes = Votes.of(conversation(seed, (40, 25, 12)))
    members = {each: each[1] for each in votes.participants}
    found, theirs = compare(oracle, votes, members)
    for group, expected in zip(found.groups, theirs["representative"], strict=True):
        assert [[each.statement, each.direction.value] for each in group.representative] == expected
