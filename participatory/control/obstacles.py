"""What must be finished before an urn is sealed: packages above this one say so, such as paper ballots to reconcile."""

from collections.abc import Callable

from participatory.core.errors import Refusal
from participatory.rounds.models import Round

# Why the urn of a round cannot be sealed yet, in the officers' words, or nothing.
Obstacle = Callable[[Round], Refusal | None]

_KNOWN: list[Obstacle] = []


def learn_obstacle(found: Obstacle) -> None:
    """Have the sealing ask this function first; registering it again changes nothing."""
    if found not in _KNOWN:
        _KNOWN.append(found)


def obstacle(round_: Round) -> Refusal | None:
    """The first reason why the urn of a round cannot be sealed yet."""
    return next((refusal for ask in _KNOWN if (refusal := ask(round_)) is not None), None)
