"""The whole way, from votes to a verdict and to what may be said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from participatory.opinion.clustering import Clustering, silhouettes
from participatory.opinion.findings import Majority, Representative, Shared, consensus, majority, representative
from participatory.opinion.parameters import Parameters
from participatory.opinion.stability import Draw, People, Stability, measure
from participatory.opinion.statistics import statistics
from participatory.opinion.verdict import Reason, Why, judge
from participatory.opinion.votes import Labels, Matrix, Votes, natural


@dataclass(frozen=True, eq=False)
class Group:
    """One group of opinion: its name, its members, where they stand, and what sets them apart."""

    id: str
    members: tuple[str, ...]
    points: Matrix
    representative: tuple[Representative, ...]

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.members)


@dataclass(frozen=True, eq=False)
class Analysis:
    """What was found. `groups` and `consensus` are empty when the verdict is that no groups are stable."""

    votes: Votes
    parameters: Parameters
    eligible: int
    why: tuple[Why, ...]
    k: int | None
    silhouette: float | None
    stability: Stability | None
    groups: tuple[Group, ...] = ()
    consensus: tuple[Shared, ...] = ()
    majority: tuple[Majority, ...] = field(default=())

    @property
    def has_groups(self) -> bool:
        """Whether groups may be shown."""
        return bool(self.groups)


def analyse(votes: Votes, moderated_out: Collection[str] = (), parameters: Parameters | None = None) -> Analysis:
    """Find the groups, and show them only if they hold."""
    parameters = parameters or Parameters()
    kept = votes.without(moderated_out)
    people = eligible(kept, parameters)
    placed = People(kept.rows(people), kept.left_out)
    found = placed.groups(parameters, Draw.GROUPS) if len(people) else None
    stability = measure(placed, found, parameters) if found else None
    against = judge(len(people), found.silhouette if found else None, stability, parameters)
    k, silhouette = (found.k, found.silhouette) if found else (None, None)
    most = majority(kept.values, parameters)
    if found is None or against:
        return Analysis(kept, parameters, len(people), against, k, silhouette, stability, majority=most)
    groups, shared = _described(kept, people, found, [str(place) for place in range(found.k)], parameters)
    why = (Why(Reason.STABLE, {}),)
    return Analysis(kept, parameters, len(people), why, k, silhouette, stability, groups, shared, most)


def analyse_given(
    votes: Votes, members: Mapping[str, str], moderated_out: Collection[str] = (), parameters: Parameters | None = None
) -> Analysis:
    """The statistics of groups that somebody else found, for checking: nothing is judged."""
    parameters = parameters or Parameters()
    kept = votes.without(moderated_out)
    names = sorted(set(members.values()), key=natural)
    people = np.array([row for row, each in enumerate(kept.participants) if each in members], dtype=np.intp)
    labels = np.array([names.index(members[kept.participants[row]]) for row in people], dtype=np.intp)
    points = People(kept.rows(people), kept.left_out).points()
    silhouette = silhouettes(points, [labels])[0] if len(names) > 1 else None
    given = Clustering(len(names), labels, silhouette or 0.0)
    groups, shared = _described(kept, people, given, names, parameters)
    why, enough = (Why(Reason.GIVEN, {}),), len(eligible(kept, parameters))
    most = majority(kept.values, parameters)
    return Analysis(kept, parameters, enough, why, len(names), silhouette, None, groups, shared, most)


def eligible(votes: Votes, parameters: Parameters) -> Labels:
    """The rows of those who voted often enough to be placed."""
    needed = parameters.needed_votes(len(votes.statements))
    return np.flatnonzero(votes.seen.sum(axis=1) >= needed)


def _described(
    votes: Votes, people: Labels, found: Clustering, names: list[str], parameters: Parameters
) -> tuple[tuple[Group, ...], tuple[Shared, ...]]:
    values = votes.rows(people)
    points = People(values, votes.left_out).points()
    figures = statistics(values, found.labels, found.k)
    groups = []
    for place, name in enumerate(names):
        inside = found.labels == place
        members = sorted((votes.participants[row] for row in people[inside]), key=natural)
        groups.append(Group(name, tuple(members), points[inside], representative(figures[place], parameters)))
    return tuple(groups), consensus(figures)
