"""The ballots of an election as arrays, loaded once and counted by every rule.

Projects and ballots are known by their place. Identical ballots are one, with their
number as weight. All sums of points stay below 2⁵³, so that even the sums that numpy
makes in floating point are exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from participatory.tally.counting import Standing
from participatory.tally.election import Election, VoteType

Places: TypeAlias = npt.NDArray[np.int32]
Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_EXACT = 2**53


@dataclass(frozen=True)
class Rows:
    """A sparse table by rows: row i is `columns[starts[i]:starts[i + 1]]`, with as many `points`."""

    starts: Integers
    columns: Places
    points: Integers

    @classmethod
    def of(cls, lengths: Integers, columns: Places, points: Integers) -> "Rows":
        """A table from the length of each row."""
        return cls(np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))), columns, points)

    @property
    def lengths(self) -> Integers:
        """The length of each row."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Integers:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def row(self, place: int) -> slice:
        """Where the entries of one row stand."""
        return slice(int(self.starts[place]), int(self.starts[place + 1]))

    def entries(self, rows: npt.NDArray[Any]) -> tuple[Integers, Integers]:
        """Where the entries of these rows stand, and how many each row has."""
        starts = self.starts[rows]
        lengths = self.starts[rows + 1] - starts
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        return np.repeat(starts - ends + lengths, lengths) + np.arange(total), lengths

    def histogram(self, rows: npt.NDArray[Any], width: int) -> Integers:
        """The points of these rows added up by column, of which there are `width`."""
        entries, _ = self.entries(rows)
        if self.plain:
            return np.bincount(self.columns[entries], minlength=width)
        return np.bincount(self.columns[entries], self.points[entries], width).astype(np.int64)

    @cached_property
    def plain(self) -> bool:
        """Whether every entry is of one point."""
        return bool((self.points == 1).all())

    def turned(self, width: int) -> "Rows":
        """The same table by columns, of which there are `width`; each lists its rows in their order."""
        order = np.argsort(self.columns, kind="stable")
        lengths = np.bincount(self.columns, minlength=width)
        return Rows.of(lengths, self.owners[order].astype(np.int32), self.points[order])


@dataclass(frozen=True)
class Profile:
    """An election ready to be counted.

    `by_ballot` lists for each distinct ballot the projects that it supports, with its
    points (more than zero); `by_project` the same by project; `weight` how many people
    cast it; `ballots` their sum; `standings` the projects in the order of the election.
    """

    vote_type: VoteType
    standings: tuple[Standing, ...]
    ballots: int
    weight: Integers
    by_ballot: Rows
    by_project: Rows

    @classmethod
    def of(cls, election: Election) -> "Profile":
        """Load an election. Raises ValueError when its points are too large to be added exactly (2⁵³)."""
        weight = np.fromiter((b.multiplicity for b in election.ballots), np.int64, len(election.ballots))
        given = _choices(election)
        _refuse_excess(given, weight)
        supports = _without_zeros(given)
        kept, by_ballot = _grouped(supports, weight)
        standings = _standings(election, given, supports, weight)
        return cls(election.vote_type, standings, int(weight.sum()), kept, by_ballot, by_ballot.turned(len(standings)))

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each project by its id."""
        return {standing.project: place for place, standing in enumerate(self.standings)}

    @cached_property
    def one_each(self) -> bool:
        """Whether no two people cast the same ballot."""
        return bool((self.weight == 1).all())

    def supporters(self, project: int) -> Places:
        """The places of the ballots that support a project."""
        return self.by_project.columns[self.by_project.row(project)]

    def ballots_with(self, projects: Iterable[str]) -> int:
        """How many ballots support at least one of the projects."""
        reached = np.zeros(len(self.weight), dtype=bool)
        for project in projects:
            reached[self.supporters(self.place[project])] = True
        return int(self.weight[reached].sum())


def _choices(election: Election) -> Rows:
    """Every choice of every ballot, whatever its points."""
    place = {project.id: at for at, project in enumerate(election.projects)}
    lengths = np.fromiter((len(b.choices) for b in election.ballots), np.int64, len(election.ballots))
    total = int(lengths.sum())
    named = (place[project] for project, _ in chain.from_iterable(b.choices for b in election.ballots))
    given = (points for _, points in chain.from_iterable(b.choices for b in election.ballots))
    return Rows.of(lengths, np.fromiter(named, np.int32, total), np.fromiter(given, np.int64, total))


def _refuse_excess(rows: Rows, weight: Integers) -> None:
    largest = int(np.abs(rows.points).max(initial=0))
    if largest * max(1, int(weight.sum())) >= _EXACT:
        raise ValueError("the points of these ballots are too large to be added exactly")


def _without_zeros(rows: Rows) -> Rows:
    """The choices that support a project: those of more than zero points."""
    positive = rows.points > 0
    if positive.all():
        return rows
    lengths = np.bincount(rows.owners[positive], minlength=len(rows.starts) - 1)
    return Rows.of(lengths, rows.columns[positive], rows.points[positive])


def _grouped(rows: Rows, weight: Integers) -> tuple[Integers, Rows]:
    """Ballots that support the same projects with the same points as one, in the order of their first."""
    order = np.lexsort((rows.columns, rows.owners))
    columns, points = rows.columns[order], rows.points[order]
    cells = columns if (points == 1).all() else np.stack((columns, points), axis=1)
    raw, width = cells.tobytes(), cells.itemsize * (cells.size // max(1, len(columns)))
    first: dict[bytes, int] = {}
    bounds = pairwise((rows.starts * width).tolist())
    group = np.fromiter((first.setdefault(raw[a:b], len(first)) for a, b in bounds), np.int64, len(weight))
    kept = np.unique(group, return_index=True)[1]
    entries, lengths = rows.entries(kept)
    merged = np.zeros(len(kept), np.int64)
    np.add.at(merged, group, weight)
    return merged, Rows.of(lengths, columns[entries], points[entries])


def _standings(election: Election, given: Rows, supports: Rows, weight: Integers) -> tuple[Standing, ...]:
    # Sums below 2⁵³ are exact in floating point, in whatever order they are made.
    width = len(election.projects)
    scores = np.bincount(given.columns, given.points * weight[given.owners], width)
    supporters = np.bincount(supports.columns, weight[supports.owners], width)
    return tuple(
        Standing(project.id, project.cost, int(score), int(people))
        for project, score, people in zip(election.projects, scores, supporters, strict=True)
    )
