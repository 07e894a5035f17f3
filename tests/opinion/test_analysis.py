import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatory.opinion.analysis import analyse, analyse_given
from participatory.opinion.clustering import find_groups, silhouettes
from participatory.opinion.findings import Direction
from participatory.opinion.parameters import Parameters, may_publish_rows
from participatory.opinion.projection import Space
from participatory.opinion.stability import adjusted_rand
from participatory.opinion.verdict import Reason
from participatory.opinion.votes import Votes
from tests.opinion.making import QUICK, conversation, noise


def test_planted_groups_are_found() -> None:
    found = analyse(Votes.of(conversation(1, (45, 30, 20))))
    assert [{each[:2] for each in group.members} for group in found.groups] == [{"g0"}, {"g1"}, {"g2"}]
    assert [group.size for group in found.groups] == [45, 30, 20]
    assert found.why[0].reason is Reason.STABLE
    assert found.stability.mean > 0.95
    for group in found.groups:
        assert 1 <= len(group.representative) <= 5
        assert all(each.ratio_z > 1.2816 and each.share_z > 1.2816 for each in group.representative)


def test_answers_by_lot_make_no_groups() -> None:
    found = analyse(Votes.of(noise(1, 80)))
    assert (found.groups, found.consensus) == ((), ())
    assert Reason.UNLIKE in {each.reason for each in found.why}


def test_one_outlier_is_no_group() -> None:
    cast = [(str(n), str(s), 1 if (n + s) % 9 else 0) for n in range(106) for s in range(12)]
    found = analyse(Votes.of([*cast, *(("outlier", str(s), -1) for s in range(12))]), parameters=QUICK)
    assert not found.has_groups


def test_too_few_people_are_refused_whatever_they_think() -> None:
    found = analyse(Votes.of(conversation(1, (14, 12), faithful=1)), parameters=QUICK)
    assert [each.reason for each in found.why] == [Reason.FEW_PEOPLE]
    assert found.why[0].english == "26 people voted enough to stand on the map, 30 are needed"
    assert found.k == 2
    assert found.majority


def test_people_who_all_think_the_same_make_no_groups() -> None:
    found = analyse(Votes.of([(str(n), str(s), 1) for n in range(40) for s in range(8)]), parameters=QUICK)
    assert [each.reason for each in found.why] == [Reason.NO_SPLIT]
    assert [each.direction for each in found.majority] == [Direction.AGREE] * 5


def test_the_same_votes_give_the_same_figures() -> None:
    votes = Votes.of(conversation(2, (30, 25)))
    one, other = (analyse(votes, parameters=QUICK) for _ in range(2))
    assert (one.stability, one.silhouette) == (other.stability, other.silhouette)


def test_groups_given_are_used_as_they_are() -> None:
    votes = Votes.of(conversation(1, (10, 8)))
    found = analyse_given(votes, {each: each[1] for each in votes.participants})
    assert [(group.id, group.size) for group in found.groups] == [("0", 10), ("1", 8)]
    assert [each.reason for each in found.why] == [Reason.GIVEN]
    assert [each.value for each in found.consensus] == sorted((each.value for each in found.consensus), reverse=True)
    assert len(found.consensus) == 20


def test_a_component_has_its_largest_loading_positive() -> None:
    space = Space.of(Votes.of(conversation(4, (20, 20))).values)
    assert all(row[np.abs(row).argmax()] > 0 for row in space.components)
    assert np.allclose(space.components @ space.components.T, np.eye(2))


def test_a_projection_is_the_published_formula() -> None:
    votes = Votes.of(conversation(5, (15, 15), statements=9))
    space, row = Space.of(votes.values), votes.values[3]
    seen = ~np.isnan(row)
    expected = sum(
        (row[place] - space.means[place]) * space.components[:, place] * np.sqrt(9 / seen.sum())
        for place in np.flatnonzero(seen)
    )
    assert space.project(votes.values)[3] == pytest.approx(expected)


POINTS = st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=4, max_size=24)


def brute_silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    scores = []
    for place, own in enumerate(labels):
        gaps = np.hypot(*(points - points[place]).T)
        mates = (labels == own) & (np.arange(len(labels)) != place)
        if not mates.any():
            scores.append(0.0)
            continue
        within = gaps[mates].mean()
        nearest = min(gaps[labels == other].mean() for other in set(labels.tolist()) - {own})
        scores.append((nearest - within) / max(within, nearest) if max(within, nearest) else 0.0)
    return float(np.mean(scores))


@given(points=POINTS, cut=st.integers(1, 3))
def test_silhouettes_against_the_definition(points: list[tuple[int, int]], cut: int) -> None:
    places = np.array(points, dtype=float)
    labels = np.array([0 if n < cut else 1 + n % 2 for n in range(len(places))], dtype=np.intp)
    assert silhouettes(places, [labels])[0] == pytest.approx(brute_silhouette(places, labels), abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=20))
def test_adjusted_rand_against_pairs(labels: list[tuple[int, int]]) -> None:
    one, other = (np.array(each, dtype=np.intp) for each in zip(*labels, strict=True))
    pairs = [(a[0] == b[0], a[1] == b[1]) for a, b in itertools.combinations(labels, 2)]
    both, first, second = (sum(test(each) for each in pairs) for test in (all, lambda p: p[0], lambda p: p[1]))
    expected, most = first * second / len(pairs), (first + second) / 2
    found = adjusted_rand(one, other)
    assert found == pytest.approx(1.0 if most == expected else (both - expected) / (most - expected))


@settings(max_examples=40, deadline=None)
@given(points=POINTS)
def test_no_group_is_smaller_than_allowed(points: list[tuple[int, int]]) -> None:
    found = find_groups(np.array(points, dtype=float), replace(QUICK, smallest_group=2), (1,))
    if found:
        sizes = np.bincount(found.labels)
        assert sizes.min() >= 2
        assert sizes.tolist() == sorted(sizes, reverse=True)
        assert found.k == len(sizes)


def test_rows_are_published_from_thirty_participants_on() -> None:
    assert [may_publish_rows(number) for number in (29, 30)] == [False, True]
    assert Parameters().needed_people(1000) == 20


@pytest.mark.parametrize("shape", [(30, 8), (8, 30), (9, 9)])
def test_components_are_those_of_the_svd(shape: tuple[int, int]) -> None:
    drawn = np.random.default_rng(3)
    values = drawn.choice([-1.0, 0.0, 1.0, np.nan], size=shape)
    values[0] = 1.0
    space = Space.of(values)
    expected = np.linalg.svd(np.where(np.isnan(values), 0, values - space.means))[2][:2]
    assert np.abs((space.components * expected).sum(axis=1)) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (0, 3), (3, 0)])
def test_too_few_votes_for_two_directions_are_no_error(shape: tuple[int, int]) -> None:
    assert Space.of(np.ones(shape)).project(np.ones(shape)).tolist() == [[0, 0]] * shape[0]
