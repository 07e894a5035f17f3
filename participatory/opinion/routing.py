"""Which statement to show next: those that say more, and those that few have seen, come up more often."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from participatory.opinion.projection import Space
from participatory.opinion.statistics import counts
from participatory.opinion.votes import Votes


@dataclass(frozen=True, slots=True)
class Drawn:
    """The statement that came up, with the seed that anybody may draw it from again."""

    statement: str
    probability: float
    seed: str


def weights(votes: Votes) -> NDArray[np.float64]:
    """[ (1 − (P+1)/(S+2)) · (E+1) · ((A+1)/(S+2)) · (1 + 8·2^(−S/5)) ]², statement by statement."""
    agrees, disagrees, seen = counts(votes.values)
    passes = seen - agrees - disagrees
    engaged = 1 - (passes + 1) / (seen + 2)
    new = 1 + 8 * np.exp2(-seen / 5)
    found: NDArray[np.float64] = (
        engaged * (Space.of(votes.values).extremities() + 1) * ((agrees + 1) / (seen + 2)) * new
    ) ** 2
    return found


def draw(votes: Votes, seen: Collection[str], seed: bytes) -> Drawn | None:
    """The next statement for somebody who has seen some; None when there is none left. The caller logs the seed.

    The seed's SHA-256, as a fraction of 2²⁵⁶, is looked up among the weights laid end to end in
    the order of the statements.
    """
    places = [place for place, statement in enumerate(votes.statements) if statement not in seen]
    if not places:
        return None
    left = weights(votes)[places]
    point = int.from_bytes(sha256(seed).digest()) / 2**256
    steps = np.cumsum(left)
    chosen = min(int(np.searchsorted(steps, point * steps[-1], side="right")), len(places) - 1)
    return Drawn(votes.statements[places[chosen]], float(left[chosen] / steps[-1]), seed.hex())
