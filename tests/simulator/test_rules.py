"""Parameters on a past election: each moves what it says and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatory.simulator.rules import Parameters, changed_terms, methods_for, simulate, tags_in
from participatory.tally.profile import Profile
from participatory.tally.rules import GREEDY, run_profile
from participatory.tally.terms import Floor, Terms
from tests.tally.making import election, electorate

COSTS = {"tower": 90, "bench": 30, "tree": 30, "lamp": 20}
VOTES = {"tower": 9, "bench": 4, "tree": 3, "lamp": 2}
TAGS = {
    "tower": frozenset({"town"}),
    "bench": frozenset({"town"}),
    "tree": frozenset({"village"}),
    "lamp": frozenset({"village"}),
}


def tried(**changed: object):
    small = election(COSTS, VOTES, 100)
    return simulate(Profile.of(small), GREEDY, Terms(small.budget), TAGS, Parameters(**changed))


def test_nothing_changed_changes_nothing() -> None:
    found = tried()
    assert found.before == found.after
    assert (found.entering, found.leaving, found.staying) == ((), (), 1)
    assert not Parameters().changes
    assert Parameters(ceiling=1).changes


def test_a_reserved_part_is_spent_first_and_the_rest_is_for_all() -> None:
    found = tried(reserved=40, reserved_for="village")
    assert found.before.winners == ("tower",)
    # 40 for the villages pay the tree; with what they leave 70 remain: the bench and the lamp.
    assert found.after.winners == ("tree", "bench", "lamp")
    assert (found.entering, found.leaving) == (("tree", "bench", "lamp"), ("tower",))
    assert [(each.tag, each.before, each.after, each.gain) for each in found.shares] == [
        ("town", 90, 30, -60),
        ("village", 0, 50, 50),
    ]
    assert (found.before.ballots_with_winner, found.after.ballots_with_winner) == (9, 9)


def test_a_smaller_envelope_a_cap_a_ceiling_and_a_threshold_each_keep_projects_out() -> None:
    assert tried(budget=60).after.winners == ("bench", "tree")
    assert tried(most_each=50).after.winners == ("bench", "tree", "lamp")
    assert tried(ceiling=30).after.winners == ("bench", "tree", "lamp")
    assert tried(ceiling=90).after.winners == ("tower",)
    assert tried(threshold=10).after.winners == ()
    assert tried(budget=200, threshold=4).after.winners == ("tower", "bench")


def test_another_rule_is_the_one_of_the_tally() -> None:
    small = election(COSTS, VOTES, 100)
    for place, method in enumerate(methods_for(GREEDY)):
        winners = run_profile(Profile.of(small), method, Terms(small.budget)).winners
        assert tried(method=place).after.winners == winners
    with pytest.raises(IndexError):
        tried(method=99)


def test_reserved_parts_of_the_count_shrink_with_the_envelope_until_another_takes_their_place() -> None:
    small = election(COSTS, VOTES, 100)
    terms = Terms(100, floors=(Floor("vue", 40, frozenset({"tree"})),), threshold=2)
    profile = Profile.of(small)
    half = changed_terms(profile, terms, TAGS, Parameters(budget=50))
    assert (half.budget, half.floors[0].budget, half.threshold) == (50, 20, 2)
    other = changed_terms(profile, terms, TAGS, Parameters(reserved=10, reserved_for="town", threshold=0))
    assert [(floor.budget, floor.project_ids) for floor in other.floors] == [(10, frozenset({"tower", "bench"}))]
    assert other.threshold is None


def test_only_what_divides_the_projects_is_offered() -> None:
    tags = {"a": frozenset({"x", "all", "p"}), "b": frozenset({"x", "all"}), "c": frozenset({"all"})}
    assert tags_in(tags) == ["x"]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 5),
    budget=st.integers(10, 300),
    reserved=st.integers(0, 100),
    most=st.none() | st.integers(1, 100),
    method=st.integers(0, 4),
)
def test_no_trial_spends_more_than_it_has_and_caps_hold(
    seed: int, budget: int, reserved: int, most: int | None, method: int
) -> None:
    town = electorate(seed)
    tags = {project.id: frozenset({f"quarter {int(project.id[1:]) // 4}"}) for project in town.projects}
    parameters = Parameters(method, budget, reserved, "quarter 1", most)
    found = simulate(Profile.of(town), GREEDY, Terms(town.budget), tags, parameters)
    assert found.after.cost <= found.budget == town.budget * budget // 100
    if most is not None:
        assert all(share.after <= found.budget * most // 100 for share in found.shares)
