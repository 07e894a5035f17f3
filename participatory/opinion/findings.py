"""What is worth saying: what sets each group apart, what all groups share, what most people say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from participatory.opinion.parameters import Parameters
from participatory.opinion.statistics import GroupStatistics, Side, counts, share, share_z
from participatory.opinion.votes import Matrix


class Direction(StrEnum):
    """Which way a group, or everybody, leans on a statement."""

    AGREE = "agree"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement (its place) on which a group leans, more than the others do."""

    statement: int
    direction: Direction
    share: float
    share_z: float
    ratio: float
    ratio_z: float
    seen: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A statement (its place) and how far all groups agree with it; `seen` is of the group that saw it least."""

    statement: int
    value: float
    seen: int


@dataclass(frozen=True, slots=True)
class Majority:
    """A statement (its place) on which most people lean, whatever their group."""

    statement: int
    direction: Direction
    share: float
    share_z: float
    seen: int


def representative(group: GroupStatistics, parameters: Parameters) -> tuple[Representative, ...]:
    """The statements that set a group apart: agreements before disagreements, each by how much they say.

    The best agreement is always among them: it is chosen first, then the others by their
    weight, then those chosen are put in order.
    """
    found = [
        (float(side.weight[place]), _representative(int(place), direction, side, group))
        for direction, side in ((Direction.AGREE, group.agree), (Direction.DISAGREE, group.disagree))
        for place in np.flatnonzero((side.ratio_z > parameters.significant) & (side.share_z > parameters.significant))
    ]
    found.sort(key=lambda each: (-each[0], each[1].statement))
    ranked = [each for _, each in found]
    best = next((each for each in ranked if each.direction is Direction.AGREE), None)
    if best:
        ranked = [best, *(each for each in ranked if each is not best)]
    return tuple(sorted(ranked[: parameters.shown], key=lambda each: each.direction))


def _representative(place: int, direction: Direction, side: Side, group: GroupStatistics) -> Representative:
    return Representative(
        place,
        direction,
        share=float(side.share[place]),
        share_z=float(side.share_z[place]),
        ratio=float(side.ratio[place]),
        ratio_z=float(side.ratio_z[place]),
        seen=int(group.seen[place]),
    )


def consensus(groups: Sequence[GroupStatistics]) -> tuple[Shared, ...]:
    """All statements, those that every group agrees with first: the product of the groups' shares."""
    if not groups:
        return ()
    values = np.prod([group.agree.share for group in groups], axis=0)
    seen = np.min([group.seen for group in groups], axis=0)
    order = sorted(range(len(values)), key=lambda place: (-values[place], place))
    return tuple(Shared(place, float(values[place]), int(seen[place])) for place in order)


def majority(values: Matrix, parameters: Parameters) -> tuple[Majority, ...]:
    """What most of all participants say: agreements, then disagreements."""
    agrees, disagrees, seen = counts(values)
    ways = ((Direction.AGREE, agrees), (Direction.DISAGREE, disagrees))
    return tuple(each for direction, votes in ways for each in _most(direction, votes, seen, parameters))


def _most(direction: Direction, votes: Matrix, seen: Matrix, parameters: Parameters) -> list[Majority]:
    shares, z = share(votes, seen), share_z(votes, seen)
    places = np.flatnonzero((shares > 0.5) & (z > parameters.significant))
    order = sorted(places, key=lambda place: (-shares[place] * z[place], place))[: parameters.shown]
    return [Majority(int(each), direction, float(shares[each]), float(z[each]), int(seen[each])) for each in order]
