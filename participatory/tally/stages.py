"""What a rulebook fixes for a count (its terms), and the stages in which the money is spent."""

from dataclasses import dataclass, field

from participatory.tally.counting import Standing
from participatory.tally.outcome import Step
from participatory.tally.ties import Order


@dataclass(frozen=True)
class Floor:
    """A part of the budget reserved first to the projects it concerns, in integer units."""

    key: str
    budget: int
    project_ids: frozenset[str]


@dataclass(frozen=True)
class Terms:
    """The terms of a count: budget in integer units, floors in order, threshold, order of projects.

    `threshold` is the lowest score with which a project can be funded; None for no threshold.
    Raises ValueError for a negative amount or floors that exceed the budget together.
    """

    budget: int
    floors: tuple[Floor, ...] = ()
    threshold: int | None = None
    order: Order = field(default_factory=Order)

    def __post_init__(self) -> None:
        if self.budget < 0 or any(floor.budget < 0 for floor in self.floors):
            raise ValueError("a budget cannot be negative")
        if self.outside_floors < 0:
            raise ValueError("the floors exceed the budget together")

    @property
    def outside_floors(self) -> int:
        """The part of the budget that no floor reserves."""
        return self.budget - sum(floor.budget for floor in self.floors)

    def admits(self, standing: Standing) -> bool:
        """Whether the project reaches the threshold."""
        return self.threshold is None or standing.score >= self.threshold


@dataclass(frozen=True)
class Stage:
    """One pot of money: whom it concerns (None for everybody) and the projects it funded, in order."""

    key: str
    budget: int
    project_ids: frozenset[str] | None
    steps: tuple[Step, ...]

    @property
    def unspent(self) -> int:
        """What the stage leaves."""
        return self.steps[-1].remaining_after if self.steps else self.budget

    def concerns(self, project: str) -> bool:
        """Whether the project may be funded from this pot."""
        return self.project_ids is None or project in self.project_ids
