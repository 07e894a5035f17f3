"""Sequential Phragmén for budgets (Los, Christoff, Grossi 2022, «Proportional budget allocations»).

Money flows to all ballots at the same rate. A project is bought at the first time s at
which its supporters have its cost together: Σ max(0, s − loadᵢ) = cost, where the load of
a ballot is the time of its last purchase. Their loads become s. The count stops when a
project that can be bought no longer fits in the budget, be it tied with some that do.

Loads only grow, and so does the time of each project: an old one is a lower bound. Each
load is the time of some step, so that sums of loads follow from numbers of people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from math import inf, nextafter

import numpy as np

from participatory.tally.counting import Standing
from participatory.tally.limits import NO_MONEY, Limits, Rejection
from participatory.tally.profile import Flags, Integers, Places, Profile
from participatory.tally.runs import Purchase, Run
from participatory.tally.sums import Fractions
from participatory.tally.ties import Order


@dataclass(frozen=True)
class Purchased:
    """One step: the ballots that paid, and the step that had set the load of each before (-1: none)."""

    payers: Places
    earlier: Places


@dataclass(frozen=True)
class FlowRun(Run):
    """A run of Phragmén: its purchases in detail, and who stopped it.

    `times` holds zero, the time of each purchase, and that of the end.
    """

    history: tuple[Purchased, ...] = ()
    times: Fractions = field(default_factory=Fractions)
    stopped_by: str | None = None


def phragmen(profile: Profile, candidates: Sequence[Standing], budget: int, limits: Limits, order: Order) -> FlowRun:
    """Buy among the candidates with the budget, in integer units; `limits` is told of what is funded."""
    return _Flow(profile, candidates, budget, limits, order).run()


class _Flow:
    """One run: the loads as steps, and the candidates in a heap of lower bounds of their time."""

    def __init__(
        self, profile: Profile, candidates: Sequence[Standing], budget: int, limits: Limits, order: Order
    ) -> None:
        self.profile = profile
        self.left = budget
        self.limits = limits
        self.order = order
        self.load_step: Places = np.full(len(profile.weight), -1, np.int32)
        self.history: list[Purchased] = []
        # The first time is the zero of ballots that have bought nothing yet, the others are those of the steps.
        self.times = Fractions()
        self.times.append(Fraction(0))
        self.heap: list[tuple[float, int]] = []
        self.unsupported: set[int] = set()
        self.waiting: set[int] = set()
        self.rejections: dict[str, Rejection] = {}
        self.purchases: list[Purchase] = []
        self.ties: list[tuple[str, ...]] = []
        self.stopped_by: str | None = None
        self.ended_at = Fraction(0)
        for standing in candidates:
            # What costs more than the whole budget is no candidate: it would stop the count whatever else is bought.
            if standing.cost > budget:
                self.rejections[standing.project] = NO_MONEY
            else:
                self._enter([profile.place[standing.project]])

    def _standing(self, project: int) -> Standing:
        return self.profile.standings[project]

    def _enter(self, projects: Iterable[int]) -> None:
        for project in projects:
            standing = self._standing(project)
            if self.limits.missing(standing.project) is not None:
                self.waiting.add(project)
            elif standing.supporters == 0:
                self.unsupported.add(project)
            else:
                heappush(self.heap, (0.0, project))

    def run(self) -> FlowRun:
        while due := self._next():
            time, projects = due
            tied = sorted(projects, key=lambda project: self.order.tie_key(self._standing(project)))
            if len(tied) > 1:
                self.ties.append(tuple(self._standing(project).project for project in tied))
            if time is not None:
                self.ended_at = max(self.ended_at, time)
            over = [project for project in tied if self._standing(project).cost > self.left]
            if over:
                self.stopped_by = self._standing(over[0]).project
                self._leave(tied)
                break
            self._buy(tied[0], time)
            self._put_back(tied[1:])
        self._leave([*self.unsupported, *(project for _, project in self.heap)])
        for project in self.waiting:
            id_ = self._standing(project).project
            self.rejections[id_] = self.limits.waits(id_) or NO_MONEY
        self.times.append(self.ended_at)
        return FlowRun(
            tuple(self.purchases), self.limits.at_last(self.rejections, self.profile.standings), tuple(self.ties),
            tuple(self.history), self.times, self.stopped_by,
        )  # fmt: skip

    def _leave(self, projects: Iterable[int]) -> None:
        for project in projects:
            standing = self._standing(project)
            self.rejections[standing.project] = NO_MONEY

    def _put_back(self, projects: Iterable[int]) -> None:
        for project in projects:
            if project not in self.unsupported:
                heappush(self.heap, (0.0, project))

    def _next(self) -> tuple[Fraction | None, list[int]] | None:
        """The earliest time and the projects that can be bought then; no time for those without supporters."""
        best: list[int] = []
        at: Fraction | None = None
        later: list[tuple[float, int]] = []
        while self.heap and (at is None or self.heap[0][0] <= nextafter(float(at), inf)):
            _, project = heappop(self.heap)
            rejection = self.limits.rejects(self._standing(project))
            if rejection is not None:
                self.rejections[self._standing(project).project] = rejection
                continue
            time, _ = self._time(project)
            if at is None or time < at:
                later.extend((_floor(at), other) for other in best if at is not None)
                best, at = [project], time
            elif time == at:
                best.append(project)
            else:
                later.append((_floor(time), project))
        for entry in later:
            heappush(self.heap, entry)
        if best:
            return at, best
        open_ = [project for project in self.unsupported if self.limits.rejects(self._standing(project)) is None]
        return (None, open_) if open_ else None

    def _time(self, project: int) -> tuple[Fraction, Flags]:
        """When the supporters can pay, and which of them do: those whose load is not above that time."""
        steps = self.load_step[self.profile.supporters(project)] + 1
        weight = self.profile.weight[self.profile.supporters(project)]
        people = np.bincount(steps, weight, len(self.times)).astype(np.int64)
        cost = self._standing(project).cost
        while True:
            loads = self.times.dot(people.tolist())
            denominator = self.times.denominator
            time = Fraction(cost * denominator + loads, denominator * int(people.sum()))
            # Only a project that waited for another can find supporters whose load is above its own time.
            above = [] if time >= self.ended_at else self._above(time, people)
            if not above:
                return time, people[steps] > 0
            people[above] = 0

    def _above(self, time: Fraction, people: Integers) -> list[int]:
        """The loads that some of these people have and that are above a time."""
        return [at for at in np.flatnonzero(people).tolist() if self.times[at] > time]

    def _buy(self, project: int, time: Fraction | None) -> None:
        standing = self._standing(project)
        self.left -= standing.cost
        self.limits.fund(standing.project, standing.cost)
        self.unsupported.discard(project)
        ballots = self.profile.supporters(project)
        paying = self._time(project)[1] if time is not None else np.zeros(0, bool)
        payers = ballots[paying]
        self.history.append(Purchased(payers, self.load_step[payers]))
        self.times.append(self.ended_at if time is None else time)
        self.load_step[payers] = len(self.history) - 1
        self.purchases.append(Purchase(standing.project, price=time))
        freed = {each for each in self.waiting if self.limits.missing(self._standing(each).project) is None}
        self.waiting -= freed
        self._enter(freed)


def _floor(time: Fraction) -> float:
    """A float that is not above the time."""
    return nextafter(float(time), 0.0)
