"""What every ballot has left under equal shares, exactly, without an account for each ballot.

A ballot that still has money has paid in full for each winner that it supports, so its
balance is b₀ − Σⱼ rⱼ·sᵢⱼ over these winners, with rⱼ the price of a point of winner j and
sᵢⱼ the points that ballot i gives it. The money of any set of ballots therefore follows
from numbers of points alone: |S|·b₀ − Σⱼ rⱼ·Σ_{i∈S} sᵢⱼ.

Balances in floating point stand beside, to find quickly which ballots can pay a price;
`slack` bounds their error, and closer comparisons are made exactly.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from participatory.tally.profile import Flags, Floats, Integers, Profile
from participatory.tally.sums import Fractions

EPSILON = float(np.finfo(float).eps)
NEVER = np.iinfo(np.int32).max


class Ledger:
    """The money of the ballots in one count: each starts with `endowment` integer units.

    With `by_points` a supporter pays for each point that it gives, otherwise once.
    `broke_at` is the step at which a ballot gave all that it had left, `NEVER` before.
    """

    def __init__(self, profile: Profile, endowment: Fraction, *, by_points: bool) -> None:
        self.profile = profile
        self.by_points = by_points
        self.endowment = endowment
        # The first fraction is the endowment, the others are the prices by step.
        self.amounts = Fractions()
        self.amounts.append(endowment)
        self.step_of = np.full(len(profile.standings), -1, np.int32)
        self.balance: Floats = np.full(len(profile.weight), float(endowment))
        self.broke_at = np.full(len(profile.weight), NEVER, np.int32)
        self._plain = not by_points and profile.one_each

    @property
    def slack(self) -> float:
        """A bound of the error of any balance in floating point.

        Each payment adds three roundings, none larger than that of the endowment.
        """
        return 4 * len(self.amounts) * EPSILON * float(self.endowment)

    @property
    def denominator(self) -> int:
        """The denominator of all amounts."""
        return self.amounts.denominator

    @property
    def steps(self) -> int:
        """The number of projects bought."""
        return len(self.amounts) - 1

    def points_paid(self, ballots: npt.NDArray[Any]) -> Integers:
        """The points for which these ballots paid or would have to, by step, each ballot counted by its weight."""
        rows = self.profile.by_ballot
        entries, lengths = rows.entries(ballots)
        steps = self.step_of[rows.columns[entries]]
        if self._plain:
            return np.bincount(steps + 1, minlength=len(self.amounts))[1:]
        given = np.repeat(self.profile.weight[ballots], lengths)
        if self.by_points:
            given = given * rows.points[entries]
        return np.bincount(steps + 1, given, len(self.amounts))[1:].astype(np.int64)

    def money(self, ballots: npt.NDArray[Any]) -> int:
        """What these ballots have left together, as a number of 1/denominator."""
        alive = ballots[self.broke_at[ballots] == NEVER]
        people = int(self.profile.weight[alive].sum())
        return self.amounts.dot([people, *(-self.points_paid(alive)).tolist()])

    def balance_of(self, ballot: int) -> int:
        """What one ballot has left, as a number of 1/denominator, whatever its weight."""
        if self.broke_at[ballot] != NEVER:
            return 0
        rows = self.profile.by_ballot
        entries = rows.row(ballot)
        steps = self.step_of[rows.columns[entries]].tolist()
        points = rows.points[entries].tolist() if self.by_points else [1] * len(steps)
        prices = self.amounts.numerators[1:]
        paid = sum(prices[step] * given for step, given in zip(steps, points, strict=True) if step >= 0)
        return int(self.amounts.numerators[0] - paid)

    def charge(self, project: int, price: Fraction, poor: Flags) -> None:
        """Let the supporters of a project pay: the poor all that they have, the others the price of each point."""
        step = self.steps
        ballots = self.profile.supporters(project)
        givers = ballots[poor]
        self.balance[givers] = 0.0
        self.broke_at[givers] = np.minimum(self.broke_at[givers], step)
        rich = ~poor
        points = self.profile.by_project.points[self.profile.by_project.row(project)][rich] if self.by_points else 1
        self.balance[ballots[rich]] = np.maximum(self.balance[ballots[rich]] - float(price) * points, 0.0)
        self.amounts.append(price)
        self.step_of[project] = step
