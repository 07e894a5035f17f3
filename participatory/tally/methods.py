"""How a count is made: the rule, and for equal shares its satisfaction and its completion, as data."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class RuleName(StrEnum):
    """The rules of counting, under the names by which rulebooks and commands choose them."""

    GREEDY = "greedy"
    GREEDY_PER_COST = "greedy-per-cost"
    MES = "mes"
    PHRAGMEN = "phragmen"


class Satisfaction(StrEnum):
    """What a funded project is worth to a ballot that supports it: uᵢ(p).

    `cost`: the project's cost. `cardinality`: 1. `points`: the points that the ballot
    gives it. `cost-points`: these points times the cost.
    """

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"
    COST_POINTS = "cost-points"

    @property
    def by_points(self) -> bool:
        """Whether two supporters of one project may value it differently."""
        return self in (Satisfaction.POINTS, Satisfaction.COST_POINTS)

    @property
    def by_cost(self) -> bool:
        """Whether the value grows with the project's cost."""
        return self in (Satisfaction.COST, Satisfaction.COST_POINTS)


class Completion(StrEnum):
    """How the money that equal shares leave is used.

    `none`: it is left. `greedy`: greedy by votes on the remainder. `add1`: the count is
    made again with more money for each ballot, as long as the outcome costs no more than
    the budget. `add1u`: add1, then greedy on the remainder.
    """

    NONE = "none"
    ADD1 = "add1"
    ADD1U = "add1u"
    GREEDY = "greedy"

    @property
    def raises_endowment(self) -> bool:
        """Whether the count is repeated with more money for each ballot."""
        return self in (Completion.ADD1, Completion.ADD1U)

    @property
    def ends_greedily(self) -> bool:
        """Whether greedy spends the remainder."""
        return self in (Completion.GREEDY, Completion.ADD1U)


class Stop(StrEnum):
    """When `add1` stops raising.

    `overspend`: at the first outcome that costs more than the budget. `exhaustive`: also
    once no supported project fits in what is left, as pabutools and equalshares.net do.
    """

    OVERSPEND = "overspend"
    EXHAUSTIVE = "exhaustive"


@dataclass(frozen=True)
class Method:
    """A rule with its options; the options say nothing for rules other than equal shares.

    `step` is δ, by which `add1` raises the money of each ballot: in integer units of the
    election, or with `step_is_share` as a part of B/n (1/100 for one per cent of it).
    Raises ValueError for a δ that is not positive.
    """

    rule: RuleName
    sat: Satisfaction = Satisfaction.COST
    completion: Completion = Completion.NONE
    stop: Stop = Stop.OVERSPEND
    step: Fraction = Fraction(1)
    step_is_share: bool = False

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError("the step of add1 must be greater than zero")

    def increment(self, budget: int, ballots: int) -> Fraction:
        """δ in integer units, for a budget shared among that many ballots (at least one)."""
        return self.step * Fraction(budget, ballots) if self.step_is_share else self.step

    @property
    def label(self) -> str:
        """The method in one word, as tables name it: `mes/cost/add1u`."""
        if self.rule is not RuleName.MES:
            return self.rule.value
        parts = [self.rule.value, self.sat.value, *([] if self.completion is Completion.NONE else [self.completion])]
        return "/".join(parts)
