"""A count that is slow and obvious: every rule in fractions, with an account for every voter.

It shares no code with the program beyond the dataclasses that carry the election, the
terms and the method. A ballot cast three times is three voters here. Each idea of
Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive
Utilities" (2021), and of Brill, Freeman, Janson and Lackner, "Phragmén's Voting Methods
and Justified Representation" (2017), has a function of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from hashlib import sha256
from itertools import count as count_up

from participatory.tally.election import Election
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.outcome import MAIN_STAGE, Part
from participatory.tally.terms import Terms
from participatory.tally.ties import Ties


@dataclass(frozen=True)
class Purchase:
    """One project funded, and what each voter (by number) paid for it under equal shares or Phragmén."""

    project: str
    paid: int
    part: Part = Part.RULE
    rho: Fraction | None = None
    time: Fraction | None = None
    payments: dict[int, Fraction] = field(default_factory=dict)


@dataclass
class StageCount:
    """What one pot of money funded. `received` is the money that each voter had been given at the end."""

    key: str
    budget: int
    purchases: list[Purchase]
    received: Fraction | None = None
    raises: int | None = None
    stopped_by: str | None = None

    @property
    def left(self) -> int:
        return self.budget - sum(purchase.paid for purchase in self.purchases)


@dataclass
class Count:
    """The result: one entry for each floor in its order, then one for the main stage."""

    stages: list[StageCount]

    @property
    def main(self) -> StageCount:
        return self.stages[-1]

    @property
    def purchases(self) -> list[tuple[str, Purchase]]:
        return [(stage.key, purchase) for stage in self.stages for purchase in stage.purchases]

    @property
    def winners(self) -> list[str]:
        return [purchase.project for _, purchase in self.purchases]

    @property
    def funded_in_full(self) -> list[str]:
        return [purchase.project for _, purchase in self.purchases if purchase.part is not Part.PARTIAL]


class Case:
    """An election under its terms, with what is counted once."""

    def __init__(self, election: Election, terms: Terms) -> None:
        self.terms = terms
        self.cost = {project.id: project.cost for project in election.projects}
        self.voters = [dict(ballot.choices) for ballot in election.ballots for _ in range(ballot.multiplicity)]
        self.score = {p: sum(voter.get(p, 0) for voter in self.voters) for p in self.cost}
        self.supporters = {p: [i for i, voter in enumerate(self.voters) if voter.get(p, 0) > 0] for p in self.cost}
        self.admitted = [p for p in self.cost if terms.threshold is None or self.score[p] >= terms.threshold]

    def spent(self, projects: Iterable[str]) -> int:
        return sum(self.cost[p] for p in projects)

    # Who comes first.

    def tie_key(self, p: str) -> tuple[int | str, ...]:
        if self.terms.order.ties is Ties.LEXICO:
            return (p,)
        lot = self.terms.order.lot
        ticket = sha256(lot.seed + lot.round.encode() + p.encode()).hexdigest()
        return (self.cost[p], -len(self.supporters[p]), ticket)

    def by_votes(self, p: str) -> tuple[object, ...]:
        return (-self.score[p], *self.tie_key(p))

    def by_votes_per_cost(self, p: str) -> tuple[object, ...]:
        return (-Fraction(self.score[p], self.cost[p]), *self.tie_key(p))

    # What a rulebook forbids.

    def waits(self, p: str, funded: Sequence[str]) -> bool:
        return any(needed not in funded for needed in self.terms.requires.get(p, ()))

    def rivals(self, p: str, funded: Sequence[str]) -> list[str]:
        return [q for group in self.terms.groups if p in group.project_ids for q in funded if q in group.project_ids]

    def full_caps(self, p: str, funded: Sequence[str], price: int) -> list[str]:
        """The caps that paying this price for the project would exceed."""
        return [
            cap.key
            for cap in self.terms.caps
            if p in cap.project_ids and self.spent(q for q in funded if q in cap.project_ids) + price > cap.amount
        ]

    def possible(self, p: str, funded: Sequence[str]) -> bool:
        blocked = self.rivals(p, funded) or self.full_caps(p, funded, self.cost[p])
        return not blocked and not self.waits(p, funded)


# Greedy.


def greedy(case: Case, money: int, projects: list[str], before: list[str], key, part=Part.RULE) -> list[Purchase]:
    """Look at the first project that waits for nothing; fund it if it is allowed and fits; never look at it again."""
    bought: list[str] = []
    unseen = sorted(projects, key=key)
    while ready := [p for p in unseen if not case.waits(p, before + bought)]:
        unseen.remove(ready[0])
        if case.possible(ready[0], before + bought) and case.cost[ready[0]] <= money - case.spent(bought):
            bought.append(ready[0])
    return [Purchase(p, case.cost[p], part) for p in bought]


# Equal shares.


def utility(case: Case, sat: Satisfaction, voter: int, p: str) -> int:
    """uᵢ(p) of a supporter."""
    points = case.voters[voter][p]
    return {
        Satisfaction.COST: case.cost[p],
        Satisfaction.CARDINALITY: 1,
        Satisfaction.POINTS: points,
        Satisfaction.COST_POINTS: points * case.cost[p],
    }[sat]


def affordable_at(cost: int, money: dict[int, Fraction], utilities: dict[int, int]) -> Fraction | None:
    """The ρ at which Σ min(bᵢ, ρ·uᵢ) = cost, or None if all the money of the supporters is not enough.

    The poorest for their utility give all they have; the others share the rest of the cost.
    """
    poorest_first = sorted(money, key=lambda i: money[i] / utilities[i])
    unpaid = Fraction(cost)
    for place, i in enumerate(poorest_first):
        rho = unpaid / sum(utilities[j] for j in poorest_first[place:])
        if rho * utilities[i] <= money[i]:
            return rho
        unpaid -= money[i]
    return None


def equal_shares(
    case: Case, sat: Satisfaction, projects: list[str], before: list[str], endowment: Fraction
) -> list[Purchase]:
    """Fund the project with the smallest ρ until none is affordable."""
    money = dict.fromkeys(range(len(case.voters)), endowment)
    purchases: list[Purchase] = []
    while True:
        funded = before + [purchase.project for purchase in purchases]
        offers: dict[str, tuple[Fraction, dict[int, int]]] = {}
        for p in projects:
            if p not in funded and case.possible(p, funded):
                utilities = {i: utility(case, sat, i, p) for i in case.supporters[p]}
                rho = affordable_at(case.cost[p], {i: money[i] for i in utilities}, utilities)
                if rho is not None:
                    offers[p] = (rho, utilities)
        if not offers:
            return purchases
        p = min(offers, key=lambda p: (offers[p][0], case.tie_key(p)))
        rho, utilities = offers[p]
        payments = {i: min(money[i], rho * u) for i, u in utilities.items()}
        for i, paid in payments.items():
            money[i] -= paid
        purchases.append(Purchase(p, case.cost[p], rho=rho, payments=payments))


def raise_endowment(
    case: Case, method: Method, budget: int, projects: list[str], before: list[str]
) -> tuple[list[Purchase], Fraction, int]:
    """`add1`: k = 0, 1, 2…; what stands is the last outcome that costs no more than the budget."""
    voters = len(case.voters)
    standing: tuple[list[Purchase], Fraction, int] = ([], Fraction(0), 0)
    # Where a floor has its own budget, a δ that is a share is a share of the floor's money per ballot.
    delta = method.step * Fraction(budget, voters) if method.step_is_share else method.step
    for k in count_up():
        endowment = Fraction(budget, voters) + k * delta
        purchases = equal_shares(case, method.sat, projects, before, endowment)
        bought = [purchase.project for purchase in purchases]
        if case.spent(bought) > budget:
            return standing
        standing = (purchases, endowment, k)
        wanting = [p for p in projects if p not in bought and case.supporters[p] and case.possible(p, before + bought)]
        fits = [p for p in wanting if case.cost[p] <= budget - case.spent(bought)]
        if not wanting or (method.stop is Stop.EXHAUSTIVE and not fits):
            return standing
    raise AssertionError


def equal_shares_stage(case: Case, method: Method, stage: StageCount, projects: list[str], before: list[str]) -> None:
    if case.voters and stage.budget and method.completion in (Completion.ADD1, Completion.ADD1U):
        stage.purchases, stage.received, stage.raises = raise_endowment(case, method, stage.budget, projects, before)
    elif case.voters:
        stage.received = Fraction(stage.budget, len(case.voters))
        stage.purchases = equal_shares(case, method.sat, projects, before, stage.received)
    if method.completion in (Completion.GREEDY, Completion.ADD1U):
        bought = [purchase.project for purchase in stage.purchases]
        others = [p for p in projects if p not in bought]
        stage.purchases += greedy(case, stage.left, others, before + bought, case.by_votes, Part.COMPLETION)


# Phragmén.


def purchase_time(cost: int, loads: list[Fraction]) -> Fraction | float:
    """The time s at which Σ max(0, s - loadᵢ) = cost; never for a project without supporters.

    A load is the time until which a voter has spent its money. Only a project that waited
    for another one can be affordable before the last purchase of some of its supporters.
    """
    paying = sorted(loads)
    while paying:
        time = (cost + sum(paying)) / Fraction(len(paying))
        if paying[-1] <= time:
            return time
        paying.pop()
    return float("inf")


def phragmen_stage(case: Case, stage: StageCount, projects: list[str], before: list[str]) -> None:
    """Money flows to all alike; buy what can be paid first; stop where one of the first does not fit."""
    load = [Fraction(0)] * len(case.voters)
    stage.received = Fraction(0)
    bought: list[str] = []
    while True:
        candidates = [p for p in projects if case.cost[p] <= stage.budget and p not in bought]
        candidates = [p for p in candidates if case.possible(p, before + bought)]
        times = {p: purchase_time(case.cost[p], [load[i] for i in case.supporters[p]]) for p in candidates}
        if not times:
            return
        first = min(times.values())
        time = first if isinstance(first, Fraction) else None
        tied = sorted((p for p in times if times[p] == first), key=case.tie_key)
        stage.received = max(stage.received, time or 0)
        if too_dear := [p for p in tied if case.cost[p] > stage.left]:
            stage.stopped_by = too_dear[0]
            return
        payments = {i: time - load[i] for i in case.supporters[tied[0]] if time is not None and load[i] < time}
        for i in payments:
            load[i] = time
        bought.append(tied[0])
        stage.purchases.append(Purchase(tied[0], case.cost[tied[0]], time=time, payments=payments))


# Stages and what comes after them.


def count_stage(case: Case, method: Method, pot: tuple[str, int], projects: list[str], before: list[str]) -> StageCount:
    key, budget = pot
    stage = StageCount(key, budget, [])
    if method.rule is RuleName.GREEDY:
        stage.purchases = greedy(case, budget, projects, before, case.by_votes)
    elif method.rule is RuleName.GREEDY_PER_COST:
        stage.purchases = greedy(case, budget, projects, before, case.by_votes_per_cost)
    elif method.rule is RuleName.MES:
        equal_shares_stage(case, method, stage, projects, before)
    else:
        phragmen_stage(case, stage, projects, before)
    return stage


def count(election: Election, method: Method, terms: Terms | None = None) -> Count:
    """Each floor with its own projects, then what is left with all that remain, then partial funding."""
    case = Case(election, terms or Terms(election.budget))
    done = Count([])
    money = case.terms.budget
    for floor in case.terms.floors:
        projects = [p for p in case.admitted if p in floor.project_ids and p not in done.winners]
        done.stages.append(count_stage(case, method, (floor.key, floor.budget), projects, done.winners))
        money -= floor.budget
    money += sum(stage.left for stage in done.stages)
    projects = [p for p in case.admitted if p not in done.winners]
    done.stages.append(count_stage(case, method, (MAIN_STAGE, money), projects, done.winners))
    fund_in_part(case, method, done)
    return done


def without_floors(terms: Terms) -> Terms:
    return replace(terms, floors=())


def fund_in_part(case: Case, method: Method, done: Count) -> None:
    """The next project in line gets what is left, if that is at least what its author agreed to."""
    stage = done.main
    p = next_in_line(case, method, done)
    if p is None or p not in (case.terms.partial or {}):
        return
    fits = case.terms.partial[p] <= stage.left < case.cost[p]
    if fits and not case.full_caps(p, done.winners, stage.left):
        stage.purchases.append(Purchase(p, stage.left, Part.PARTIAL))


def next_in_line(case: Case, method: Method, done: Count) -> str | None:
    """The first project, in the order of the rule, that nothing but money kept from being funded."""
    if method.rule is RuleName.PHRAGMEN:
        return done.main.stopped_by
    key = case.by_votes_per_cost if method.rule is RuleName.GREEDY_PER_COST else case.by_votes
    losers = [p for p in case.admitted if p not in done.winners and case.possible(p, done.winners)]
    return min(losers, key=key, default=None)


# The money of the supporters of a project that lost.


@dataclass(frozen=True)
class Wallet:
    """What supporters had together when 0, 1, 2… steps had been made, until the next one; who took money, in order.

    For each who took: its id, the amount, and what they had left then. Under Phragmén they
    have what they have received by then, so the last moment before a step is the richest.
    """

    had: list[Fraction]
    taken: list[tuple[str, Fraction, Fraction]]
    after: list[Fraction]

    @property
    def left(self) -> Fraction:
        return self.had[-1]

    def last_affordable(self, cost: int) -> int | None:
        """How many steps had been made when they last had the cost."""
        return max((steps for steps, together in enumerate(self.had) if together >= cost), default=None)


def wallet(case: Case, stage: StageCount, p: str) -> Wallet:
    supporters = case.supporters[p]
    assert stage.received is not None
    known = Wallet([], [], [])
    spent = Fraction(0)
    for purchase in stage.purchases:
        if purchase.part is Part.RULE:
            received = len(supporters) * (stage.received if purchase.time is None else purchase.time)
            paid = sum((purchase.payments.get(i, Fraction(0)) for i in supporters), Fraction(0))
            known.had.append(received - spent)
            spent += paid
            known.after.append(received - spent)
            if paid:
                known.taken.append((purchase.project, paid, known.after[-1]))
    known.had.append(len(supporters) * stage.received - spent)
    return known
