"""What a rulebook fixes for a count beside its rule: budget, floors, caps, threshold, groups, order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from participatory.tally.counting import Standing
from participatory.tally.ties import Order


@dataclass(frozen=True)
class Floor:
    """A part of the budget reserved first to the projects it concerns, in integer units."""

    key: str
    budget: int
    project_ids: frozenset[str]


@dataclass(frozen=True)
class Cap:
    """The most that some projects (of an establishment, a carrier, a theme) may cost together, in integer units."""

    key: str
    amount: int
    project_ids: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Projects of which at most one can be funded."""

    key: str
    project_ids: frozenset[str]


@dataclass(frozen=True)
class Terms:
    """The terms of a count, applied in this order: threshold, floors in theirs, the rest, partial funding.

    `threshold` is the lowest score with which a project can be funded, None for none.
    `requires` names for a project those without which it cannot be funded. `partial`
    holds the smallest amount with which the author of a project agreed beforehand to be
    funded in part; it is None where the rulebook allows no partial funding. Raises
    ValueError for a negative amount, floors that exceed the budget together, or projects
    that require each other.
    """

    budget: int
    floors: tuple[Floor, ...] = ()
    threshold: int | None = None
    order: Order = field(default_factory=Order)
    caps: tuple[Cap, ...] = ()
    groups: tuple[Group, ...] = ()
    requires: Mapping[str, frozenset[str]] = field(default_factory=dict)
    partial: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        amounts = [self.budget, *(floor.budget for floor in self.floors), *(cap.amount for cap in self.caps)]
        if min(amounts) < 0:
            raise ValueError("a budget cannot be negative")
        if self.outside_floors < 0:
            raise ValueError("the floors exceed the budget together")
        if min((self.partial or {}).values(), default=1) < 1:
            raise ValueError("the least amount of a partial funding must be greater than zero")
        try:
            TopologicalSorter(self.requires).prepare()
        except CycleError as error:
            raise ValueError(f"projects require each other: {', '.join(error.args[1])}") from error

    @property
    def outside_floors(self) -> int:
        """The part of the budget that no floor reserves."""
        return self.budget - sum(floor.budget for floor in self.floors)

    def admits(self, standing: Standing) -> bool:
        """Whether the project reaches the threshold."""
        return self.threshold is None or standing.score >= self.threshold
