"""The proof that a receipt is in the sealed list of its round: an audit path of RFC 6962."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from participatory.ballots.models import SealedBallot, UrnState
from participatory.ballots.queries import step_of
from participatory.core.database import db
from participatory.rounds.models import Round
from participatory.urn.tree import inclusion


@dataclass(frozen=True)
class Inclusion:
    """Where a receipt stands among those of a sealed urn, and the hashes that lead to the published root (all hex)."""

    receipt: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str


def inclusion_of(round_: Round, receipt: str) -> Inclusion | None:
    """The proof for a receipt (hexadecimal) of a round, None before the sealing and for a receipt that is not there."""
    step = step_of(round_, UrnState.SEALED)
    if step is None:
        return None
    leaves = _leaves(round_.id, str(step.figures["root"]))
    leaf = bytes.fromhex(receipt)
    index = bisect_left(leaves, leaf)
    if index == len(leaves) or leaves[index] != leaf:
        return None
    path = tuple(each.hex() for each in inclusion(leaves, index))
    return Inclusion(receipt, index, len(leaves), path, str(step.figures["root"]))


@lru_cache(maxsize=4)
def _leaves(round_id: int, _root: str) -> tuple[bytes, ...]:
    """The sealed receipts in their order; the root stands in the key, since a sealed list never changes under it."""
    sealed = sa.select(SealedBallot.receipt).where(SealedBallot.round_id == round_id).order_by(SealedBallot.receipt)
    return tuple(bytes.fromhex(receipt) for receipt in db.session.scalars(sealed))
