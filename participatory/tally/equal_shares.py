"""The Method of Equal Shares.

Peters, Pierczyński, Skowron 2021, «Proportional participatory budgeting with additive utilities».

Each of n ballots gets b₀ = B/n. A project p is ρ-affordable if Σ over its supporters of
min(bᵢ, ρ·uᵢ(p)) = cost(p). The project with the smallest ρ is funded, each supporter
pays min(bᵢ, ρ·uᵢ(p)), and so on until nothing is affordable.

uᵢ(p) is a number of the project (1, or its cost) times the points sᵢ that the ballot
pays for (1, or what it gives), so that a count looks for the price r = ρ·uᵢ(p)/sᵢ of a
point. Money only shrinks, so the ρ of a project only grows: an old value is a lower
bound, and a project is looked at again only when its bound is the smallest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from math import inf, nextafter

from participatory.tally.counting import Standing
from participatory.tally.ledger import EPSILON, NEVER, Ledger
from participatory.tally.limits import NO_MONEY, Limits, Rejection
from participatory.tally.methods import Satisfaction
from participatory.tally.outcome import Reason
from participatory.tally.pricing import Bidders, exact_price, lower_bound
from participatory.tally.profile import Profile
from participatory.tally.runs import Purchase, Run
from participatory.tally.ties import Order

# A little less than one, so that a product or a quotient of lower bounds remains one.
_BELOW = 1 - 8 * EPSILON


@dataclass(frozen=True)
class SharesRun(Run):
    """A run of equal shares, with the ledger as it ends.

    `settled` says that more money for each ballot would change nothing among the projects
    that do not want money: no limit can act, or all purchases were paid in full by all
    supporters, who could also have paid in full for each project that a limit kept out.
    Then every ρ is the cost divided by the supporters, and the order stays as it is.
    """

    ledger: Ledger | None = None
    settled: bool = True


@dataclass(frozen=True)
class Bid:
    """The exact terms on which a project is affordable now."""

    project: int
    rho: Fraction
    price: Fraction


def equal_shares(
    bidders: "Market", candidates: Sequence[Standing], endowment: Fraction, limits: Limits, order: Order
) -> SharesRun:
    """One run in which every ballot starts with `endowment` integer units; `limits` is told of what is funded."""
    return _Count(bidders, candidates, endowment, limits, order).run()


class Market:
    """The supporters of every project with what they pay for, prepared once for all runs on one profile."""

    def __init__(self, profile: Profile, sat: Satisfaction) -> None:
        self.profile = profile
        self.sat = sat
        self._bidders: dict[int, Bidders] = {}

    def bidders(self, project: int) -> Bidders:
        """The supporters of a project."""
        if project not in self._bidders:
            self._bidders[project] = Bidders.of(self.profile, project, by_points=self.sat.by_points)
        return self._bidders[project]

    def scale(self, project: int) -> int:
        """The number by which points are multiplied to give uᵢ(p)."""
        return self.profile.standings[project].cost if self.sat.by_cost else 1


class _Count:
    """One run: the ledger, and the candidates in a heap of lower bounds of their ρ."""

    def __init__(
        self, market: Market, candidates: Sequence[Standing], endowment: Fraction, limits: Limits, order: Order
    ) -> None:
        self.market = market
        self.limits = limits
        self.order = order
        self.ledger = Ledger(market.profile, endowment, by_points=market.sat.by_points)
        self.heap: list[tuple[float, int]] = []
        self.bound: dict[int, float] = {}
        self.rejections: dict[str, Rejection] = {}
        self.purchases: list[Purchase] = []
        self.ties: list[tuple[str, ...]] = []
        self.waiting: set[int] = set()
        self._enter(market.profile.place[standing.project] for standing in candidates)

    def _enter(self, projects: Iterable[int]) -> None:
        for project in projects:
            if self.limits.missing(self._standing(project).project) is not None:
                self.waiting.add(project)
            elif self.market.bidders(project).total == 0:
                self.rejections[self._standing(project).project] = NO_MONEY
            else:
                # As long as all can pay the same, the price of a point is the cost divided by the points.
                everyone = self._standing(project).cost / self.market.bidders(project).total
                self.bound[project] = everyone / self.market.scale(project) * _BELOW
                heappush(self.heap, (self.bound[project], project))

    def _standing(self, project: int) -> Standing:
        return self.market.profile.standings[project]

    def run(self) -> SharesRun:
        while bids := self._best_bids():
            self._buy(sorted(bids, key=lambda bid: self.order.tie_key(self._standing(bid.project))))
        for project in self.waiting:
            id_ = self._standing(project).project
            self.rejections[id_] = self.limits.waits(id_) or NO_MONEY
        rejections = self.limits.at_last(self.rejections, self.market.profile.standings)
        settled = not self.limits.binding or self._is_settled(rejections)
        return SharesRun(tuple(self.purchases), rejections, tuple(self.ties), self.ledger, settled)

    def _is_settled(self, rejections: Mapping[str, Rejection]) -> bool:
        """Whether nobody gave all, and nobody would have had to for a project that a limit kept out."""
        if bool((self.ledger.broke_at != NEVER).any()):
            return False
        barred = (id_ for id_, why in rejections.items() if why.reason in (Reason.CAP, Reason.INCOMPATIBLE))
        return all(self._affordable_by_each(self.market.profile.place[id_]) for id_ in barred)

    def _affordable_by_each(self, project: int) -> bool:
        bidders = self.market.bidders(project)
        if bidders.total == 0:
            return True
        price = Fraction(self._standing(project).cost, bidders.total)
        return not bool(bidders.poorer_than(self.ledger, price).any())

    def _best_bids(self) -> list[Bid]:
        """The projects of smallest ρ, exactly equal; none when nothing is affordable any more."""
        best: list[Bid] = []
        others: list[Bid] = []
        fresh: set[int] = set()
        ceiling = inf
        while self.heap and self.heap[0][0] <= ceiling:
            _, project = heappop(self.heap)
            if project not in fresh:
                fresh.add(project)
                self._refresh(project)
                continue
            bid = self._bid(project)
            if bid is None:
                self._reject(project, NO_MONEY)
            elif not best or bid.rho < best[0].rho:
                others, best = others + best, [bid]
                ceiling = nextafter(float(bid.rho), inf)
            else:
                (best if bid.rho == best[0].rho else others).append(bid)
        for bid in others:
            heappush(self.heap, (self.bound[bid.project], bid.project))
        return best

    def _refresh(self, project: int) -> None:
        """Raise the lower bound of a project to what the money of its supporters says now, or leave it out."""
        rejection = self.limits.rejects(self._standing(project))
        if rejection is not None:
            self._reject(project, rejection)
            return
        scale = self.market.scale(project)
        least = self.bound[project] * scale * _BELOW
        price = lower_bound(self.market.bidders(project), self.ledger, self._standing(project).cost, least)
        if price is None:
            self._reject(project, NO_MONEY)
            return
        self.bound[project] = max(self.bound[project], price / scale * _BELOW)
        heappush(self.heap, (self.bound[project], project))

    def _bid(self, project: int) -> Bid | None:
        scale = self.market.scale(project)
        near = self.bound[project] * scale
        price = exact_price(self.market.bidders(project), self.ledger, self._standing(project).cost, near)
        return None if price is None else Bid(project, price / scale, price)

    def _reject(self, project: int, rejection: Rejection) -> None:
        self.rejections[self._standing(project).project] = rejection

    def _buy(self, bids: list[Bid]) -> None:
        """Fund the first of the bids; the others stay candidates."""
        bid, *others = bids
        standing = self._standing(bid.project)
        if others:
            self.ties.append(tuple(self._standing(each.project).project for each in bids))
        for other in others:
            heappush(self.heap, (self.bound[other.project], other.project))
        bidders = self.market.bidders(bid.project)
        self.ledger.charge(bid.project, bid.price, bidders.poorer_than(self.ledger, bid.price))
        self.limits.fund(standing.project, standing.cost)
        self.purchases.append(Purchase(standing.project, bid.rho, bid.price))
        freed = {each for each in self.waiting if self.limits.missing(self._standing(each).project) is None}
        self.waiting -= freed
        self._enter(freed)
