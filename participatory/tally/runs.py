"""What a rule gives when it spends one pot of money."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from participatory.tally.limits import Rejection


@dataclass(frozen=True)
class Purchase:
    """One project bought, by id; `rho` and `price` as in `outcome.Step`."""

    project: str
    rho: Fraction | None = None
    price: Fraction | None = None


@dataclass(frozen=True)
class Run:
    """The projects bought, in order, why the others were not, and the ties met on the way.

    Each tie lists the ids of projects that the rule could not separate, in the order in
    which they were considered.
    """

    purchases: tuple[Purchase, ...]
    rejections: Mapping[str, Rejection]
    ties: tuple[tuple[str, ...], ...] = field(default=())

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """The ids of the projects bought, in order."""
        return tuple(purchase.project for purchase in self.purchases)
