"""Whether groups are more than an accident: samples of the people, and votes shuffled so that none agree on purpose."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from participatory.opinion.clustering import Clustering, find_groups
from participatory.opinion.parameters import Parameters
from participatory.opinion.projection import Space
from participatory.opinion.votes import Labels, Matrix


class Draw(IntEnum):
    """What a seed is used for, so that no two draws share their numbers."""

    GROUPS = 0
    SAMPLE = 1
    SAMPLE_GROUPS = 2
    SHUFFLE = 3
    SHUFFLE_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Stability:
    """How alike the groups of the samples are, and the silhouette that chance alone reaches."""

    mean: float
    least: float
    null_p95: float


@dataclass(frozen=True, eq=False)
class People:
    """Those who may stand on the map, by their votes, and how many statements moderation left out."""

    values: Matrix
    left_out: int

    def points(self) -> Matrix:
        """Where they stand."""
        return Space.of(self.values).project(self.values, self.left_out)

    def groups(self, parameters: Parameters, *seed: int) -> Clustering | None:
        """Their groups, from their votes to the best k."""
        return find_groups(self.points(), parameters, (parameters.seed, *seed))


def measure(people: People, found: Clustering, parameters: Parameters) -> Stability:
    """The three figures behind a verdict."""
    alike = [_sample(people, found, parameters, run) for run in range(parameters.samples)]
    nulls = [_null_silhouette(people, parameters, run) for run in range(parameters.null_runs)]
    percentile = float(np.percentile(nulls, parameters.null_percentile))
    return Stability(float(np.mean(alike)), float(min(alike)), percentile)


def _sample(people: People, found: Clustering, parameters: Parameters, run: int) -> float:
    """The groups of a part of the people against theirs among all; no group at all resembles nothing."""
    drawn = np.random.default_rng([parameters.seed, Draw.SAMPLE, run])
    everybody = len(people.values)
    rows = np.sort(drawn.choice(everybody, size=round(parameters.sample_share * everybody), replace=False))
    again = People(people.values[rows], people.left_out).groups(parameters, Draw.SAMPLE_GROUPS, run)
    return 0.0 if again is None else adjusted_rand(again.labels, found.labels[rows])


def _null_silhouette(people: People, parameters: Parameters, run: int) -> float:
    """Each statement keeps its votes and each person what they saw; who gave which vote is drawn."""
    drawn = np.random.default_rng([parameters.seed, Draw.SHUFFLE, run])
    shuffled = people.values.copy()
    for column in shuffled.T:
        seen = ~np.isnan(column)
        column[seen] = drawn.permutation(column[seen])
    found = People(shuffled, people.left_out).groups(parameters, Draw.SHUFFLE_GROUPS, run)
    return 0.0 if found is None else found.silhouette


def adjusted_rand(one: Labels, other: Labels) -> float:
    """How far two ways of grouping the same people agree: 1 if they are the same, about 0 by chance."""
    table = np.zeros((int(one.max(initial=0)) + 1, int(other.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(table, (one, other), 1)
    together = int(_pairs(table).sum())
    in_one, in_other = int(_pairs(table.sum(axis=1)).sum()), int(_pairs(table.sum(axis=0)).sum())
    pairs = len(one) * (len(one) - 1) // 2
    expected = in_one * in_other / pairs if pairs else 0.0
    most = (in_one + in_other) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _pairs(counts: Labels) -> Labels:
    return counts * (counts - 1) // 2
