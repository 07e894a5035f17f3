"""Reading counts and publications."""

import sqlalchemy as sa

from participatory.core.database import db
from participatory.results.models import Count, Publication
from participatory.rounds.models import Round


def count_of(round_: Round) -> Count | None:
    """The count of a round, which only officers may see."""
    return db.session.scalars(sa.select(Count).where(Count.round_id == round_.id)).first()


def publication_of(round_: Round) -> Publication | None:
    """The last edition of a published result; ask `policy.can_read` before showing it."""
    editions = sa.select(Publication).where(Publication.round_id == round_.id)
    return db.session.scalars(editions.order_by(Publication.edition.desc()).limit(1)).first()
