"""What a copy of the database holds that calls for the trustees, and what has been sealed since."""

from collections.abc import Iterable

import sqlalchemy as sa

from participatory.backups.rules import OpenVote
from participatory.ballots.models import Envelope, UrnState, VoteOpening, VoteStep
from participatory.ceremony.models import ElectionKey
from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.rounds.models import Round


def open_votes(connection: sa.Connection) -> tuple[OpenVote, ...]:
    """The rounds whose ballots may still be joined to people: opened, and neither sealed nor annulled without a ballot.

    Asked of the copy itself: a vote that opens meanwhile is either in it and found, or in neither.
    """
    wanted = (
        sa.select(Round.public_id, VoteOpening.public_key, ElectionKey.trustees, ElectionKey.threshold)
        .join(VoteOpening, VoteOpening.round_id == Round.id)
        .join(ElectionKey, ElectionKey.round_id == Round.id)
        .where(~_reached(UrnState.SEALED))
        .where(sa.or_(~_reached(UrnState.ANNULLED), sa.exists().where(Envelope.round_id == Round.id)))
        .order_by(Round.public_id)
    )
    return tuple(OpenVote(*row) for row in connection.execute(wanted))


def _reached(state: UrnState) -> sa.Exists:
    return sa.exists().where(VoteStep.round_id == Round.id, VoteStep.state == state.value)


def last_row(connection: sa.Connection) -> tuple[int, str]:
    """The position and the digest of the last row of the journal; 0 and "" while there is none."""
    wanted = sa.select(JournalEntry.position, JournalEntry.digest).order_by(JournalEntry.position.desc()).limit(1)
    row = connection.execute(wanted).first()
    return (row[0], row[1]) if row else (0, "")


def sealed_among(rounds: Iterable[str]) -> list[str]:
    """Those of these rounds, by public identifier, whose urn is sealed."""
    wanted = sa.select(Round.public_id).where(Round.public_id.in_(list(rounds)), _reached(UrnState.SEALED))
    return list(db.session.scalars(wanted.order_by(Round.public_id)))
