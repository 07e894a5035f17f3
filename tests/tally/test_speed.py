"""A large electorate is counted in well under two seconds of processor time."""

import time
from random import Random

from participatory.tally.election import Ballot, Election, Project, approval
from participatory.tally.rules import greedy


def test_a_hundred_thousand_ballots_are_counted_within_two_seconds() -> None:
    random = Random(7)  # noqa: S311 — ballots for a measure, not for a secret.
    ids = [f"p{number}" for number in range(300)]
    projects = tuple(Project(id_, random.randint(1_000, 30_000)) for id_ in ids)
    ballots = tuple(Ballot(str(voter), approval(random.sample(ids, 10))) for voter in range(100_000))
    election = Election({"vote_type": "approval"}, projects, ballots, 1_500_000)
    start = time.process_time()
    outcome = greedy(election)
    assert time.process_time() - start < 2
    assert outcome.winners
