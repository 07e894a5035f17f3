"""What a vote on a statement is, what a statement may say, and when a map is due. Pure.

Source: the specification of the opinion map (docs/opinion.md).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from hashlib import sha256

from participatory.core.labels import N_, register

SHORTEST, LONGEST = 10, 140
# How many statements of one person may wait at a time: somebody reads each of them.
MOST_WAITING = 5
# Weights older than this are reckoned again by the worker.
WEIGHTS_LAST = timedelta(minutes=5)
# What the formula of routing gives to a statement that nobody has seen: [(1 − 1/2) · 1 · 1/2 · 9]².
UNSEEN = (0.5 * 0.5 * 9) ** 2


class Vote(IntEnum):
    """What somebody says of a statement, as files write it."""

    AGREE = 1
    PASS = 0
    DISAGREE = -1


class State(StrEnum):
    """Where a statement stands: it is read before anybody votes on it."""

    WAITING = "waiting"
    SHOWN = "shown"
    LEFT_OUT = "left_out"


register(
    {
        State.WAITING: N_("À lire"),
        State.SHOWN: N_("Proposée aux votes"),
        State.LEFT_OUT: N_("Écartée"),
    }
)


def number_in(text: str) -> int:
    """The number of a statement as an address or a form gives it; 0, which no statement has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def drawn(weights: Mapping[int, float], seen: Collection[int], numbers: Collection[int], seed: bytes) -> int | None:
    """The number of the statement to show next, with a probability proportional to its weight; None for none left.

    A statement without weight is new. The SHA-256 of the seed, as a fraction of 2²⁵⁶, is looked up among the weights
    laid end to end in the order of the numbers, so that who knows the seed and the weights draws the same again.
    """
    left = [(number, weights.get(number, UNSEEN)) for number in sorted(set(numbers) - set(seen))]
    if not left:
        return None
    point = int.from_bytes(sha256(seed).digest()) / 2**256 * sum(weight for _, weight in left)
    for number, weight in left:
        point -= weight
        if point < 0:
            return number
    return left[-1][0]


def map_is_due(closes_at: datetime, asked_at: datetime | None, made_at: datetime | None, now: datetime) -> bool:
    """Whether a map is to be made: the conversation is over since the last one, or somebody asked for one."""
    over = closes_at <= now and (made_at is None or made_at < closes_at)
    asked = asked_at is not None and (made_at is None or made_at < asked_at)
    return over or asked
