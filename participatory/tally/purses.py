"""Where the money of a project's supporters went, under equal shares and Phragmén.

Both rules fund a project when its supporters can pay for it. For one that was not
funded these figures say what its supporters had left together, when they last had its
cost, and which funded projects had taken their money.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from operator import mul

import numpy as np

from participatory.tally.counting import Standing
from participatory.tally.equal_shares import SharesRun
from participatory.tally.ledger import Ledger
from participatory.tally.outcome import Payment, Purse
from participatory.tally.phragmen import FlowRun
from participatory.tally.profile import Profile, Rows
from participatory.tally.stages import Stage

Purses = Callable[[Standing], Purse | None]


def purses(stage: Stage, profile: Profile) -> Purses:
    """What gives the purse of any project that a stage did not fund; None for rules without such money."""
    if isinstance(stage.run, SharesRun) and stage.run.ledger is not None:
        return _SharesPurses(stage, stage.run.ledger, profile).of
    if isinstance(stage.run, FlowRun):
        return _FlowPurses(stage, stage.run, profile).of
    return lambda _: None


class _SharesPurses:
    """Exact sums of what each step of equal shares took.

    They follow from the number of points that each ballot paid in full, by the step at
    which it went broke: what it gave at that step is the endowment less all that.
    """

    def __init__(self, stage: Stage, ledger: Ledger, profile: Profile) -> None:
        self.stage = stage
        self.ledger = ledger
        self.profile = profile
        self.steps = ledger.steps
        self.broke = np.minimum(ledger.broke_at, self.steps).astype(np.int64)
        self.paid = self._paid_in_full()

    def _paid_in_full(self) -> Rows:
        """For each ballot the steps that it paid in full, as (step at which it went broke, step), with the points."""
        rows = self.profile.by_ballot
        step = self.ledger.step_of[rows.columns].astype(np.int64)
        broke = np.repeat(self.broke, rows.lengths)
        paid = (step >= 0) & (step < broke)
        owners = rows.owners[paid]
        points = self.profile.weight[owners]
        if self.ledger.by_points:
            points = points * rows.points[paid]
        lengths = np.bincount(owners, minlength=len(self.broke))
        return Rows.of(lengths, (broke[paid] * self.steps + step[paid]).astype(np.int32), points)

    def of(self, loser: Standing) -> Purse:
        """The purse of a project that was not funded."""
        ballots = self.profile.supporters(self.profile.place[loser.project])
        weight = None if self.profile.one_each else self.profile.weight[ballots]
        people = np.bincount(self.broke[ballots], weight, self.steps + 1).astype(np.int64).tolist()
        # Row t is of those who went broke at step t (the last: never), column j of the step j that they had paid.
        points = self.paid.histogram(ballots, (self.steps + 1) * self.steps).reshape(self.steps + 1, self.steps)
        endowment, *prices = self.ledger.amounts.numerators
        in_full = points.sum(axis=0).tolist()
        taken = [
            in_full[step] * prices[step] + people[step] * endowment - sum(map(mul, prices, row[:step]))
            for step, row in enumerate(points[:-1].tolist())
        ]
        return _purse(loser, self.stage, loser.supporters * endowment, taken, self.ledger.denominator)


def _purse(loser: Standing, stage: Stage, had: int, taken: Sequence[int], denominator: int) -> Purse:
    """The purse of supporters who had some money, from which each step took some, all numbers of 1/denominator."""
    left_after = [had - spent for spent in accumulate(taken, initial=0)]
    cost = loser.cost * denominator
    last = next((step for step in range(len(taken), -1, -1) if left_after[step] >= cost), None)
    then = left_after[0 if last is None else min(last + 1, len(taken))]
    left = Fraction(left_after[-1], denominator)
    payments = tuple(
        Payment(project, amount, after, denominator)
        for project, amount, after in zip(stage.run.projects, taken, left_after[1:], strict=True)
        if amount
    )
    missing = max(loser.cost - left, Fraction(0))
    return Purse(stage.key, left, missing, last, Fraction(then, denominator), payments)


class _FlowPurses:
    """What flowed to the supporters until the end, and what each step of Phragmén took: from loads to its time."""

    def __init__(self, stage: Stage, run: FlowRun, profile: Profile) -> None:
        self.stage = stage
        self.run = run
        self.profile = profile
        self.width = len(run.history) + 1
        self.paid = self._payments()

    def _payments(self) -> Rows:
        """For each ballot its payments, as (step, place of the time that its load was before), with its weight."""
        width, ballots = self.width, len(self.profile.weight)
        payers = [bought.payers for bought in self.run.history]
        before = [step * width + bought.earlier + 1 for step, bought in enumerate(self.run.history)]
        owners = np.concatenate([*payers, np.zeros(0, np.int32)])
        order = np.argsort(owners, kind="stable")
        cells = np.concatenate([*before, np.zeros(0, np.int32)])[order].astype(np.int32)
        return Rows.of(np.bincount(owners, minlength=ballots), cells, self.profile.weight[owners[order]])

    def of(self, loser: Standing) -> Purse:
        """The purse of a project that was not funded."""
        times, width = self.run.times, self.width
        ballots = self.profile.supporters(self.profile.place[loser.project])
        table = self.paid.histogram(ballots, (width - 1) * width).reshape(width - 1, width)
        people = table.sum(axis=1).tolist()
        cost, flowed = loser.cost * times.denominator, [loser.supporters * each for each in times.numerators]
        payments, spent, last, then = [], 0, None, flowed[-1]
        for step in range(1, width):
            lifted = people[step - 1] * times.numerators[step] - times.dot(table[step - 1].tolist())
            affordable = flowed[step] - spent >= cost
            spent += lifted
            if lifted:
                payments.append(Payment(self.run.projects[step - 1], lifted, flowed[step] - spent, times.denominator))
            if affordable:
                last, then = step - 1, flowed[step] - spent
        # Money is spent as soon as it suffices: only ties, and what exceeds the budget, were affordable before the end.
        left = flowed[-1] - spent
        if left >= cost or last is None:
            last, then = (width - 1 if left >= cost else None), left
        exact = Fraction(left, times.denominator)
        missing = max(loser.cost - exact, Fraction(0))
        return Purse(self.stage.key, exact, missing, last, Fraction(then, times.denominator), tuple(payments))
