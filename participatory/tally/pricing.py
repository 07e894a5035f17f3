"""At which price the supporters of a project can pay it: quickly from below, then exactly.

With prices r and money bᵢ, f(r) = Σ min(bᵢ, r·sᵢ) is concave, so each of its tangents
lies above it: whatever set P of supporters is taken as poor, (cost − Σ_P bᵢ) / Σ_others sᵢ
is at most the price sought. Newton's method climbs these tangents from any price below
and ends after finitely many, when the poor are exactly those that cannot pay.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np
import numpy.typing as npt

from participatory.tally.ledger import EPSILON, Ledger
from participatory.tally.profile import Flags, Floats, Integers, Profile


@dataclass(frozen=True)
class Bidders:
    """The supporters of one project.

    `points` is what one of them pays for, None where everybody pays once; `weight` the
    number of people of each ballot, None where each is one person; `mass` their product,
    None where all are 1; `people` and `total` are the sums of weight and mass.
    """

    ballots: npt.NDArray[np.intp]
    points: Floats | None
    weight: Floats | None
    mass: Floats | None
    people: int
    total: int

    @classmethod
    def of(cls, profile: Profile, project: int, *, by_points: bool) -> "Bidders":
        """The supporters of a project of the profile."""
        ballots = profile.supporters(project).astype(np.intp)
        counts = profile.weight[ballots]
        given = profile.by_project.points[profile.by_project.row(project)] if by_points else np.ones_like(counts)
        mass = counts * given
        return cls(
            ballots, _unless_ones(given), _unless_ones(counts), _unless_ones(mass), int(counts.sum()), int(mass.sum())
        )

    @property
    def rounding(self) -> float:
        """A bound of the relative error of a sum over these ballots, in whatever order it is made."""
        return (len(self.ballots) + 16) * EPSILON

    def balances(self, ledger: Ledger) -> Floats:
        """The money of each supporter."""
        return ledger.balance.take(self.ballots)

    def paid_at(self, price: float, balances: Floats) -> float:
        """What the supporters pay together at a price of a point: f(r), up to rounding."""
        due = price if self.points is None else price * self.points
        paid = np.minimum(balances, due)
        return float(paid.sum() if self.weight is None else paid @ self.weight)

    def mass_of(self, chosen: Flags) -> int:
        """The points for which these supporters pay, exactly."""
        return int(np.count_nonzero(chosen) if self.mass is None else self.mass[chosen].sum())

    def poorer_than(self, ledger: Ledger, price: Fraction) -> Flags:
        """Which supporters have, exactly, less than the price of their points."""
        each = self._per_point(self.balances(ledger))
        near = float(price)
        # The slack of a balance is also that of its part for a point, since a ballot pays for one at least.
        margin = ledger.slack + 8 * EPSILON * near
        poor = each < near - margin
        for at in np.flatnonzero(~poor & (each <= near + margin)).tolist():
            points = 1 if self.points is None else int(self.points[at])
            due = price.numerator * points * ledger.denominator
            poor[at] = ledger.balance_of(int(self.ballots[at])) * price.denominator < due
        return poor

    def below(self, price: float, balances: Floats) -> Flags:
        """Which supporters have less than the price of their points, up to rounding."""
        return self._per_point(balances) < price

    def _per_point(self, balances: Floats) -> Floats:
        return balances if self.points is None else balances / self.points


def _unless_ones(numbers: Integers) -> Floats | None:
    return None if (numbers == 1).all() else numbers.astype(float)


def lower_bound(bidders: Bidders, ledger: Ledger, cost: int, least: float) -> float | None:
    """A price that the exact one certainly reaches, at least `least`; None if the money is certainly too little.

    `least` must itself be such a price. Errors of rounding are all taken to the safe side.
    """
    balances = bidders.balances(ledger)
    ample = 1 + bidders.rounding
    spare = bidders.people * ledger.slack
    due = cost * (1 - 4 * EPSILON)
    price, before = least, -1
    while True:
        rich = bidders.total - bidders.mass_of(bidders.below(price, balances))
        if rich == before:
            # The poor at a higher price are those at a lower one and perhaps more: here, the same.
            return price
        if rich == 0:
            return price if bidders.paid_at(inf, balances) * ample + spare >= due else None
        poor_money = bidders.paid_at(price, balances) * ample - rich * price * (1 - 2 * EPSILON) + spare
        higher = (due - poor_money) / rich * (1 - 4 * EPSILON)
        if higher <= price:
            return price
        price, before = higher, rich


def exact_price(bidders: Bidders, ledger: Ledger, cost: int, near: float) -> Fraction | None:
    """The price at which the supporters pay the cost together; None if they have not got it.

    `near` is a guess from which the poor are first guessed; it decides nothing.
    """
    poor = bidders.below(near, bidders.balances(ledger))
    if poor.all():
        poor = np.zeros_like(poor)
    while True:
        rich = bidders.total - bidders.mass_of(poor)
        if rich == 0:
            return None
        lacking = cost * ledger.denominator - ledger.money(bidders.ballots[poor])
        price = Fraction(lacking, ledger.denominator * rich)
        judged = bidders.poorer_than(ledger, price)
        if (judged == poor).all():
            return price
        poor = judged
