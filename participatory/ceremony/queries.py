"""Finding the keys of rounds, and the rounds that lack one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.ceremony.models import ElectionKey
from participatory.ceremony.rules import REMINDER_DAYS
from participatory.core.database import db
from participatory.rounds.models import Round


def key_of(round_: Round) -> ElectionKey | None:
    """The key of a round, None as long as it was not created."""
    return db.session.get(ElectionKey, round_.id)


def keys_of(rounds: Sequence[Round]) -> dict[int, ElectionKey]:
    """The keys of these rounds by the round's row, in one query."""
    wanted = sa.select(ElectionKey).where(ElectionKey.round_id.in_([each.id for each in rounds]))
    return {key.round_id: key for key in db.session.scalars(wanted)}


def without_key(now: datetime) -> list[Round]:
    """The rounds of our own whose vote opens soon enough to remind somebody, or is on, and that have no key."""
    first = now + timedelta(days=max(REMINDER_DAYS))
    wanted = (
        sa.select(Round)
        .outerjoin(ElectionKey, ElectionKey.round_id == Round.id)
        .where(ElectionKey.round_id.is_(None), Round.origin == "", Round.voting_at <= first, now < Round.control_at)
        .order_by(Round.id)
    )
    return list(db.session.scalars(wanted))
