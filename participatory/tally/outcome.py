"""The result of a count with its explanation, as data; words come later."""

from dataclasses import dataclass
from enum import StrEnum

from participatory.tally.counting import Standing
from participatory.tally.ties import Criterion, Ties

MAIN_STAGE = "main"


class State(StrEnum):
    """What became of a project."""

    FUNDED = "funded"
    NOT_FUNDED = "not_funded"


class Reason(StrEnum):
    """Why a project was not funded."""

    THRESHOLD = "threshold"
    NO_MONEY = "no_money"


@dataclass(frozen=True)
class Step:
    """One project funded. Amounts are in the election's integer units.

    `stage` is the key of the floor that paid, or `MAIN_STAGE`; `remaining_after` is
    what that stage still has once the project is paid.
    """

    project: str
    stage: str
    score: int
    supporters: int
    cost: int
    remaining_after: int

    @property
    def remaining_before(self) -> int:
        """What the stage had when it came to this project."""
        return self.remaining_after + self.cost

    @property
    def standing(self) -> Standing:
        """The project as the rule saw it."""
        return Standing(self.project, self.cost, self.score, self.supporters)


@dataclass(frozen=True)
class ProjectOutcome:
    """What became of one project, and what it would have taken.

    `rank` counts from 1 in the order in which the rule considers projects. For a
    project that was not funded: `votes_missing` is the smallest number of further
    votes (of points, where ballots give points) with which it would have been funded,
    all else equal, or None if no number would do; `cost_would_pass` the highest cost
    at which it would have been funded, all else equal, or None if none would do.
    """

    id: str
    state: State
    rank: int
    score: int
    supporters: int
    cost: int
    stage: str | None = None
    reason: Reason | None = None
    votes_missing: int | None = None
    cost_would_pass: int | None = None


@dataclass(frozen=True)
class Tie:
    """Projects of equal score, in the order in which they were considered.

    `criteria[i]` separated the i-th from the next. `decisive` when some of them were
    funded and others not, so that the order among them may have mattered.
    """

    projects: tuple[str, ...]
    score: int
    criteria: tuple[Criterion, ...]
    decisive: bool


@dataclass(frozen=True)
class Outcome:
    """The result of a count. Amounts are in the election's integer units.

    `winners` are in the order of their selection; `projects` in the order of their rank.
    """

    rule: str
    ties: Ties
    budget: int
    steps: tuple[Step, ...]
    projects: tuple[ProjectOutcome, ...]
    ties_broken: tuple[Tie, ...]

    @property
    def winners(self) -> tuple[str, ...]:
        """The ids of the funded projects, in the order of their selection."""
        return tuple(step.project for step in self.steps)

    @property
    def cost(self) -> int:
        """What the funded projects cost together."""
        return sum(step.cost for step in self.steps)

    @property
    def remainder(self) -> int:
        """What is left of the budget."""
        return self.budget - self.cost
