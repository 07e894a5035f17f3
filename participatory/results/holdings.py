"""When the clock of a roll starts: results hold nothing about people, but know when they were published."""

from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import UrnState
from participatory.ballots.queries import step_of
from participatory.core.database import db
from participatory.results.models import Publication
from participatory.rounds.models import Round


def roll_clock(round_: Round) -> datetime | None:
    """The first publication of the result, or its date in the calendar if that came later; None before it is out.

    A vote that was annulled has no result: its clock starts with the annulment.

    Until then the roll is needed: to reconcile signatures with ballots, and to answer appeals.
    """
    first = sa.select(sa.func.min(Publication.published_at)).where(Publication.round_id == round_.id)
    published = db.session.scalar(first)
    annulled = step_of(round_, UrnState.ANNULLED)
    if annulled is not None:
        return annulled.at
    return max(published, round_.results_at) if published is not None else None
