"""The result of a count with its explanation, as data; words come later.

Amounts are in the election's integer units; those that equal shares divide among
ballots are exact fractions of a unit.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from participatory.tally.counting import Standing
from participatory.tally.election import VoteType
from participatory.tally.methods import Method
from participatory.tally.ties import Criterion, Ties

MAIN_STAGE = "main"


class State(StrEnum):
    """What became of a project."""

    FUNDED = "funded"
    PARTLY_FUNDED = "partly_funded"
    NOT_FUNDED = "not_funded"

    @property
    def wins(self) -> bool:
        """Whether the project receives money."""
        return self is not State.NOT_FUNDED


class Reason(StrEnum):
    """Why a project was not funded."""

    THRESHOLD = "threshold"
    INCOMPATIBLE = "incompatible"
    REQUIRES = "requires"
    CAP = "cap"
    OUTSIDE_FLOOR = "outside_floor"
    NO_MONEY = "no_money"


class Part(StrEnum):
    """What funded a project within its stage: the rule, its greedy completion, or partial funding."""

    RULE = "rule"
    COMPLETION = "completion"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Step:
    """One project funded.

    `stage` is the key of the floor that paid, or `MAIN_STAGE`; `paid` is its cost, or
    less where it is funded in part; `remaining_after` is what the stage still has then.
    For equal shares, `rho` is the ρ of the purchase and `price` what a supporter paid at
    most (with the points satisfactions: at most for each point). For Phragmén, `price`
    is the money that each ballot had received by then.
    """

    project: str
    stage: str
    score: int
    supporters: int
    cost: int
    paid: int
    remaining_after: int
    part: Part = Part.RULE
    rho: Fraction | None = None
    price: Fraction | None = None

    @property
    def remaining_before(self) -> int:
        """What the stage had when it came to this project."""
        return self.remaining_after + self.paid

    @property
    def standing(self) -> Standing:
        """The project as the rule saw it."""
        return Standing(self.project, self.cost, self.score, self.supporters)


@dataclass(frozen=True, slots=True)
class Payment:
    """What supporters of a project that was not funded paid together for a funded one, and what they had left then.

    Both are numbers of 1/`denominator`: few of the many payments of a count are ever read as fractions.
    """

    project: str
    paid: int
    left: int
    denominator: int

    @property
    def amount(self) -> Fraction:
        """What they paid."""
        return Fraction(self.paid, self.denominator)

    @property
    def left_after(self) -> Fraction:
        """What they had left together then."""
        return Fraction(self.left, self.denominator)


@dataclass(frozen=True)
class Purse:
    """The money of the supporters of a project that equal shares or Phragmén did not fund.

    It is that of `stage`. `left` is what they still had together when it ended, and
    `missing` what then lacked to the cost. `taken` names who took money, in the order of
    the steps. `last_affordable` counts the steps of the stage that had been made when
    they last had the cost together (0: before the first); the next step left them
    `left_then`. It is None if they never had the cost; `left_then` is then all that they had.
    """

    stage: str
    left: Fraction
    missing: Fraction
    last_affordable: int | None
    left_then: Fraction
    taken: tuple[Payment, ...]

    @property
    def largest(self) -> tuple[Payment, ...]:
        """Who took money, the largest amounts first."""
        return tuple(sorted(self.taken, key=lambda payment: -payment.paid))


@dataclass(frozen=True)
class ProjectOutcome:
    """What became of one project, and what it would have taken.

    `rank` counts from 1 in the order in which the rule funds or considers projects.
    `by` names what acted: the project already funded with which it is incompatible, the
    one that it requires, the key of the cap or of the floor. For greedy rules,
    `votes_missing` is the smallest number of further votes (of points, where ballots
    give points) with which it would have been funded, all else equal, or None if no
    number would do; `cost_would_pass` the highest cost at which it would have been
    funded, all else equal, or None if none would do. For the other rules both are None
    and `purse` speaks of money.
    """

    id: str
    state: State
    rank: int
    score: int
    supporters: int
    cost: int
    stage: str | None = None
    paid: int = 0
    reason: Reason | None = None
    by: str | None = None
    votes_missing: int | None = None
    cost_would_pass: int | None = None
    purse: Purse | None = None


@dataclass(frozen=True)
class Tie:
    """Projects that the rule could not separate, in the order in which they were considered.

    `score` is theirs under greedy by votes, None under other rules, where ρ, the ratio or
    the time were equal. `criteria[i]` separated the i-th from the next. `decisive` when
    some of them were funded and others not, so that the order may have mattered.
    """

    projects: tuple[str, ...]
    score: int | None
    criteria: tuple[Criterion, ...]
    decisive: bool


@dataclass(frozen=True)
class StageReport:
    """One pot of money, in the order of application: what it had and what it paid.

    For equal shares, `endowment` is what each ballot received in the count that stands,
    `raises` the k of `add1` (the endowment is B/n + k·δ) and `runs` the number of counts made.
    """

    key: str
    budget: int
    spent: int
    projects: tuple[str, ...]
    endowment: Fraction | None = None
    increment: Fraction | None = None
    raises: int | None = None
    runs: int | None = None

    @property
    def unspent(self) -> int:
        """What the stage left to the next ones."""
        return self.budget - self.spent


@dataclass(frozen=True)
class Outcome:
    """The result of a count.

    `winners` are in the order of their selection; `projects` in the order of their rank.
    `ballots_with_winner` counts the ballots that support at least one funded project.
    `exhaustive` says that no project left out for want of money fits in the remainder.
    """

    method: Method
    vote_type: VoteType
    ties: Ties
    budget: int
    ballots: int
    steps: tuple[Step, ...]
    projects: tuple[ProjectOutcome, ...]
    ties_broken: tuple[Tie, ...]
    stages: tuple[StageReport, ...]
    ballots_with_winner: int
    exhaustive: bool

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return self.method.rule.value

    @property
    def winners(self) -> tuple[str, ...]:
        """The ids of the funded projects, in the order of their selection."""
        return tuple(step.project for step in self.steps)

    @property
    def cost(self) -> int:
        """What the funded projects receive together."""
        return sum(step.paid for step in self.steps)

    @property
    def remainder(self) -> int:
        """What is left of the budget."""
        return self.budget - self.cost
