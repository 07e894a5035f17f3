"""What each group says of each statement, beside what the others say: the figures published by Small et al. (2021)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from participatory.opinion.votes import AGREE, DISAGREE, Labels, Matrix


@dataclass(frozen=True, eq=False)
class Side:
    """One direction of vote, for one group, statement by statement: share, ratio to the others, and their z."""

    share: Matrix
    share_z: Matrix
    ratio: Matrix
    ratio_z: Matrix

    @property
    def weight(self) -> Matrix:
        """By which representative statements are put in order."""
        product: Matrix = self.ratio * self.ratio_z * self.share * self.share_z
        return product


@dataclass(frozen=True, eq=False)
class GroupStatistics:
    """Everything of one group; `seen` counts passes too."""

    seen: Matrix
    agree: Side
    disagree: Side


def share(votes: Matrix, seen: Matrix) -> Matrix:
    """(A + 1) / (S + 2)."""
    return (votes + 1) / (seen + 2)


def share_z(votes: Matrix, seen: Matrix) -> Matrix:
    """Whether a share is above one half: 2·√(S + 1)·((A + 1)/(S + 1) − ½)."""
    z: Matrix = 2 * np.sqrt(seen + 1) * ((votes + 1) / (seen + 1) - 0.5)
    return z


def difference_z(votes: Matrix, seen: Matrix, other_votes: Matrix, other_seen: Matrix) -> Matrix:
    """The pooled z of two proportions, one added to every count; zero where all agree, in the group and out of it."""
    votes, seen, other_votes, other_seen = votes + 1, seen + 1, other_votes + 1, other_seen + 1
    pooled = (votes + other_votes) / (seen + other_seen)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / seen + 1 / other_seen))
    gap = votes / seen - other_votes / other_seen
    z: Matrix = np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)
    return z


def counts(values: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Agrees, disagrees and votes in all, statement by statement."""
    agrees, disagrees = ((values == vote).sum(axis=0).astype(float) for vote in (AGREE, DISAGREE))
    return agrees, disagrees, (~np.isnan(values)).sum(axis=0).astype(float)


def statistics(values: Matrix, labels: Labels, groups: int) -> list[GroupStatistics]:
    """For each group, its members against the members of the other groups."""
    tables = [counts(values[labels == group]) for group in range(groups)]
    everybody = [np.sum([table[place] for table in tables], axis=0) for place in range(3)]
    return [_group(table, [all_ - own for all_, own in zip(everybody, table, strict=True)]) for table in tables]


def _group(inside: Sequence[Matrix], outside: Sequence[Matrix]) -> GroupStatistics:
    seen, other_seen = inside[2], outside[2]
    sides = [
        Side(
            share(votes, seen),
            share_z(votes, seen),
            share(votes, seen) / share(other_votes, other_seen),
            difference_z(votes, seen, other_votes, other_seen),
        )
        for votes, other_votes in zip(inside[:2], outside[:2], strict=True)
    ]
    return GroupStatistics(seen, *sides)
