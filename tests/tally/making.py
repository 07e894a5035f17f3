"""Elections for the tests, written in a line."""

from random import Random

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


def electorate(seed: int) -> Election:
    """An election of a town: 12 projects, 60 people who like what their quarter likes; always the same for a seed."""
    random = Random(seed)  # noqa: S311 — ballots for a comparison, not for a secret.
    costs = {f"p{number}": random.randint(1, 400) * random.choice([1, 5, 25]) for number in range(12)}
    vote_type = ("approval", "scoring")[seed % 2]
    ballots = []
    for voter in range(60):
        quarter = voter % 3 * 4
        liked = [p for at, p in enumerate(costs) if random.random() < (0.6 if quarter <= at < quarter + 4 else 0.1)]
        given = tuple((p, random.randint(1, 6) if seed % 2 else 1) for p in liked)
        ballots.append(Ballot(f"v{voter}", given, multiplicity=random.choice([1, 1, 1, 3])))
    return make(costs, tuple(ballots), sum(costs.values()) * random.randint(2, 7) // 10, vote_type)
