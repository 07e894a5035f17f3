"""Making the key of a round: its public half is kept, its private half leaves as shares and is forgotten."""

from datetime import datetime

from participatory.ceremony.models import ElectionKey
from participatory.ceremony.policy import can_create_key
from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.urn.sealing import fingerprint, new_key
from participatory.urn.shares import split


def create_key(round_: Round, trustees: int, threshold: int, actor: str, now: datetime) -> list[str]:
    """Make the key of a round, in the place of an earlier one that served nothing; gives one share for each trustee.

    The shares are nowhere else: whoever calls shows them once. Raises Refusal once the vote has opened, and
    for numbers of trustees that make no sense.
    """
    held = locked_round(round_.id)
    refuse_if(can_create_key(held, trustees, threshold, now))
    pair = new_key()
    former = db.session.get(ElectionKey, held.id)
    if former is not None:
        db.session.delete(former)
        db.session.flush()
    key = ElectionKey(
        round_id=held.id,
        public_key=pair.public.hex(),
        fingerprint=fingerprint(pair.public),
        trustees=trustees,
        threshold=threshold,
        created_by=actor,
        created_at=now,
    )
    db.session.add(key)
    db.session.flush()
    facts = {"fingerprint": key.fingerprint, "trustees": trustees, "threshold": threshold}
    record(Verb.KEY_CREATED, actor, now, round=held.public_id, **facts)
    return split(pair.private, trustees, threshold)
