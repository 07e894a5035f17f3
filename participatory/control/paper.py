"""Paper ballots that are not in the urn although their voters signed, never deposited or not yet entered.

Stands, above, tell how many.
"""

from collections.abc import Callable
from dataclasses import dataclass

from participatory.rounds.models import Round


@dataclass(frozen=True)
class Awaited:
    """Signatures of the batches that are not closed, and how many of their ballots are not entered twice alike yet."""

    signatures: int = 0
    to_enter: int = 0


Undeposited = Callable[[Round], int]
Waiting = Callable[[Round], Awaited]

_KNOWN: list[Undeposited] = []
_WAITING: list[Waiting] = []


def learn_undeposited(count: Undeposited) -> None:
    """Have the reconciliation ask this function; registering it again changes nothing."""
    if count not in _KNOWN:
        _KNOWN.append(count)


def undeposited(round_: Round) -> int:
    """How many signatures on paper have no ballot, as two people declared when they closed the batches."""
    return sum(ask(round_) for ask in _KNOWN)


def learn_awaited(count: Waiting) -> None:
    """Have the reconciliation ask this function too; registering it again changes nothing."""
    if count not in _WAITING:
        _WAITING.append(count)


def awaited(round_: Round) -> Awaited:
    """The paper ballots that come into the urn when their batches are closed."""
    found = [ask(round_) for ask in _WAITING]
    return Awaited(sum(each.signatures for each in found), sum(each.to_enter for each in found))
