"""What a bundle is made of, and the row of the journal to which it goes."""

import json
from collections.abc import Iterator

import sqlalchemy as sa

from participatory.ballots.models import OpenedBallot, SealedBallot
from participatory.checkpoints.models import Checkpoint
from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.urn.published import Row

_AT_ONCE = 5000


def end_of_publication(round_: Round) -> int | None:
    """The row of the first checkpoint since the last publication of a round; None as long as there is none."""
    wanted = sa.select(JournalEntry.position, JournalEntry.payload).order_by(JournalEntry.position.desc())
    published = db.session.execute(wanted.where(JournalEntry.verb == Verb.RESULT_PUBLISHED.code))
    mine = (position for position, payload in published if json.loads(payload)["round"] == round_.public_id)
    last = next(mine, None)
    if last is None:
        return None
    return db.session.scalar(sa.select(sa.func.min(Checkpoint.position)).where(Checkpoint.position >= last))


def end_of_now() -> int | None:
    """The row of the last checkpoint."""
    return db.session.scalar(sa.select(sa.func.max(Checkpoint.position)))


def receipts_of(round_: Round) -> list[str]:
    """The receipts of the sealed ballots, sorted."""
    wanted = sa.select(SealedBallot.receipt).where(SealedBallot.round_id == round_.id)
    return list(db.session.scalars(wanted.order_by(SealedBallot.receipt)))


def rows_of(round_: Round) -> Iterator[Row]:
    """The opened ballots as they are published."""
    wanted = sa.select(OpenedBallot.contest, OpenedBallot.tracker, OpenedBallot.choices)
    found = db.session.execute(wanted.where(OpenedBallot.round_id == round_.id).execution_options(yield_per=_AT_ONCE))
    yield from ((contest, tracker, choices) for contest, tracker, choices in found)
