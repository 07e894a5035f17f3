"""Elections for the tests, and a count that is slow and obvious."""

from participatory.tally.election import Ballot, Choices, Election, Project, approval
from participatory.tally.stages import Terms


def election(costs: dict[str, int], votes: dict[str, int], budget: int, vote_type: str = "approval") -> Election:
    """An election in which each project has that many ballots of its own.

    `votes` counts ballots that name exactly the given projects, as in {"a": 3, "a,b": 2}.
    """
    ballots = tuple(
        Ballot(f"v{number}", approval(named.split(",")), multiplicity=times)
        for number, (named, times) in enumerate(votes.items())
    )
    return make(costs, ballots, budget, vote_type)


def make(costs: dict[str, int], ballots: tuple[Ballot, ...], budget: int, vote_type: str) -> Election:
    meta = {"vote_type": vote_type, "budget": str(budget)}
    return Election(meta, tuple(Project(id_, cost) for id_, cost in costs.items()), ballots, budget)


def points(**given: int) -> Choices:
    return tuple(given.items())


def slow_greedy(election: Election, terms: Terms) -> list[str]:
    """Greedy by votes as anybody would do it with a pencil, without sharing code with the program."""
    score, supporters, cost = {}, {}, {p.id: p.cost for p in election.projects}
    for project in cost:
        received = [
            (given, ballot.multiplicity)
            for ballot in election.ballots
            for named, given in ballot.choices
            if named == project
        ]
        score[project] = sum(given * times for given, times in received)
        supporters[project] = sum(times for given, times in received if given > 0)

    def ahead(one: str, other: str) -> bool:
        if score[one] != score[other]:
            return score[one] > score[other]
        if terms.order.ties == "lexico":
            return one < other
        if cost[one] != cost[other]:
            return cost[one] < cost[other]
        if supporters[one] != supporters[other]:
            return supporters[one] > supporters[other]
        return terms.order.lot.ticket(one) < terms.order.lot.ticket(other)

    winners: list[str] = []

    def spend(money: int, concerned: set[str]) -> int:
        waiting = {p for p in concerned if terms.threshold is None or score[p] >= terms.threshold}
        waiting -= set(winners)
        while waiting:
            first = next(p for p in waiting if all(p == q or ahead(p, q) for q in waiting))
            waiting.remove(first)
            if cost[first] <= money:
                money -= cost[first]
                winners.append(first)
        return money

    rest = terms.budget
    for floor in terms.floors:
        rest -= floor.budget
    for floor in terms.floors:
        rest += spend(floor.budget, set(floor.project_ids))
    spend(rest, set(cost))
    return winners
