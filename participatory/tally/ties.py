"""Who comes first among projects of equal merit."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

from participatory.tally.counting import Standing

OrderKey = tuple[int | str | Fraction, ...]


class Ties(StrEnum):
    """The ways of ordering projects that a rule finds equal.

    `lexico`: by the id as a string, for comparison with other programs.
    `rulebook`: lower cost, then more supporters, then a lot drawn from a published seed.
    """

    LEXICO = "lexico"
    RULEBOOK = "rulebook"


class Criterion(StrEnum):
    """What decided between two projects of equal merit."""

    ID = "id"
    COST = "cost"
    SUPPORTERS = "supporters"
    LOT = "lot"


@dataclass(frozen=True)
class Lot:
    """The lot drawn once for a round, from a seed published before the count.

    A project's ticket is SHA-256(seed ‖ round ‖ id), the three in UTF-8 without
    separator; the smallest ticket comes first. Anybody can draw it again.
    """

    seed: bytes = b""
    round: str = ""

    def ticket(self, project: str) -> int:
        """The place of a project in the lot, as a number of 256 bits."""
        return int.from_bytes(sha256(self.seed + self.round.encode() + project.encode()).digest(), "big")


@dataclass(frozen=True)
class Order:
    """The complete order in which projects are considered: by merit, then by the strategy.

    The merit is the score, or with `per_cost` the exact ratio of score to cost.
    """

    ties: Ties = Ties.LEXICO
    lot: Lot = Lot()
    per_cost: bool = False

    def merit(self, standing: Standing) -> int | Fraction:
        """What projects are compared by before any tie is broken; the highest comes first."""
        return Fraction(standing.score, standing.cost) if self.per_cost else standing.score

    def criteria(self) -> dict[Criterion, Callable[[Standing], int | str]]:
        """What is compared among projects of equal merit, smallest first, in this order."""
        if self.ties is Ties.LEXICO:
            return {Criterion.ID: lambda standing: standing.project}
        return {
            Criterion.COST: lambda standing: standing.cost,
            Criterion.SUPPORTERS: lambda standing: -standing.supporters,
            Criterion.LOT: lambda standing: self.lot.ticket(standing.project),
        }

    def key(self, standing: Standing) -> OrderKey:
        """A key that sorts the highest merit first and breaks ties by the strategy."""
        return (-self.merit(standing), *self.tie_key(standing))

    def tie_key(self, standing: Standing) -> OrderKey:
        """A key that sorts projects between which the rule finds no difference."""
        return tuple(compare(standing) for compare in self.criteria().values())

    def precedes(self, one: Standing, other: Standing) -> bool:
        """Whether `one` is considered before `other`."""
        return self.key(one) < self.key(other)

    def decided_by(self, one: Standing, other: Standing) -> Criterion:
        """The criterion that separates two projects of equal merit: the first in which they differ."""
        *criteria, last = self.criteria().items()
        for criterion, compare in criteria:
            if compare(one) != compare(other):
                return criterion
        return last[0]
