"""Elections for the tests, written in a line."""

from participatory.tally.election import Ballot, Choices, Election, Project, approval


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
