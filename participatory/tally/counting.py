"""From ballots to scores: what each project received."""

from dataclasses import dataclass, replace

from participatory.tally.election import Election


@dataclass(frozen=True, slots=True)
class Standing:
    """A project as the rules see it.

    `score` is the sum of the points that ballots give it (their number, where a vote
    is an approval); `supporters` the number of ballots that give it more than zero;
    `cost` is in the election's integer units.
    """

    project: str
    cost: int
    score: int
    supporters: int


def count(election: Election) -> tuple[Standing, ...]:
    """The standing of every project, in the order of the election's list."""
    scores = dict.fromkeys((project.id for project in election.projects), 0)
    supporters = dict.fromkeys(scores, 0)
    for ballot in election.ballots:
        times = ballot.multiplicity
        for project, points in ballot.choices:
            scores[project] += points * times
            if points > 0:
                supporters[project] += times
    return tuple(Standing(p.id, p.cost, scores[p.id], supporters[p.id]) for p in election.projects)


def with_more_votes(standing: Standing, votes: int) -> Standing:
    """The same project had `votes` more people each cast one more vote for it."""
    return replace(standing, score=standing.score + votes, supporters=standing.supporters + votes)


def with_more_points(standing: Standing, points: int) -> Standing:
    """The same project had one more person given it `points` points."""
    person = 1 if points > 0 else 0
    return replace(standing, score=standing.score + points, supporters=standing.supporters + person)
