"""What packages above have to say of a sealing: what must be finished before, and figures that the officers read.

Paper ballots to reconcile are an obstacle; ballots that nobody confirmed are a figure, since they count.
"""

from collections.abc import Callable

from participatory.core.errors import Refusal
from participatory.rounds.models import Round

# Why the urn of a round cannot be sealed yet, in the officers' words, or nothing.
Obstacle = Callable[[Round], Refusal | None]

# A figure of a round (a French catalogue key and a count) that officers read before they seal.
Figure = Callable[[Round], tuple[str, int]]

_KNOWN: list[Obstacle] = []
_FIGURES: list[Figure] = []


def learn_obstacle(found: Obstacle) -> None:
    """Have the sealing ask this function first; registering it again changes nothing."""
    if found not in _KNOWN:
        _KNOWN.append(found)


def obstacle(round_: Round) -> Refusal | None:
    """The first reason why the urn of a round cannot be sealed yet."""
    return next((refusal for ask in _KNOWN if (refusal := ask(round_)) is not None), None)


def learn_figure(counted: Figure) -> None:
    """Have the page of the sealing tell this figure; registering it again changes nothing."""
    if counted not in _FIGURES:
        _FIGURES.append(counted)


def figures(round_: Round) -> tuple[tuple[str, int], ...]:
    """The figures that packages above tell of a round that is about to be sealed."""
    return tuple(count(round_) for count in _FIGURES)
