"""What a copy of the database holds that calls for the trustees, and which votes are over since."""

from collections.abc import Iterable

import sqlalchemy as sa

from participatory.backups.rules import OpenVote
from participatory.ballots.models import UrnState, VoteOpening, VoteStep
from participatory.ceremony.models import ElectionKey
from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.rounds.models import Round

# Sealing and annulment destroy what joins ballots to people; a copy from before still holds the ballots' places.
_ENDS = (UrnState.SEALED.value, UrnState.ANNULLED.value)


def open_votes(connection: sa.Connection) -> tuple[OpenVote, ...]:
    """The rounds whose ballots may still be joined to people: opened, and neither sealed nor annulled.

    Asked of the copy itself: a vote that opens meanwhile is either in it and found, or in neither.
    """
    wanted = (
        sa.select(Round.public_id, VoteOpening.public_key, ElectionKey.trustees, ElectionKey.threshold)
        .join(VoteOpening, VoteOpening.round_id == Round.id)
        .join(ElectionKey, ElectionKey.round_id == Round.id)
        .where(~_is_over())
        .order_by(Round.public_id)
    )
    return tuple(OpenVote(*row) for row in connection.execute(wanted))


def _is_over() -> sa.Exists:
    return sa.exists().where(VoteStep.round_id == Round.id, VoteStep.state.in_(_ENDS))


def last_row(connection: sa.Connection) -> tuple[int, str]:
    """The position and the digest of the last row of the journal; 0 and "" while there is none."""
    wanted = sa.select(JournalEntry.position, JournalEntry.digest).order_by(JournalEntry.position.desc()).limit(1)
    row = connection.execute(wanted).first()
    return (row[0], row[1]) if row else (0, "")


def over_among(rounds: Iterable[str]) -> list[str]:
    """Those of these rounds, by public identifier, whose urn is sealed or whose vote is annulled."""
    wanted = sa.select(Round.public_id).where(Round.public_id.in_(list(rounds)), _is_over())
    return list(db.session.scalars(wanted.order_by(Round.public_id)))
