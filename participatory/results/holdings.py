"""When the clock of a roll starts: results hold nothing about people, but know when they were published."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.results.models import Publication
from participatory.rounds.models import Round


def roll_clock(round_: Round) -> datetime | None:
    """The first publication of the result, or its date in the calendar if that came later; None before it is out.

    Until then the roll is needed: to reconcile signatures with ballots, and to answer appeals.
    """
    first = sa.select(sa.func.min(Publication.published_at)).where(Publication.round_id == round_.id)
    published = db.session.scalar(first)
    return max(published, round_.results_at) if published is not None else None
