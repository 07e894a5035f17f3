"""Reading counts and publications."""

import sqlalchemy as sa

from participatory.core.database import db
from participatory.results.models import Count, Publication
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST


def counts_of(round_: Round) -> dict[str, Count]:
    """The count of each contest of a round, by contest, which only officers may see."""
    found = db.session.scalars(sa.select(Count).where(Count.round_id == round_.id))
    return {count.contest: count for count in found}


def count_of(round_: Round, contest: str = MAIN_CONTEST) -> Count | None:
    """The count of a contest, which only officers may see."""
    return counts_of(round_).get(contest)


def publication_of(round_: Round, contest: str = MAIN_CONTEST) -> Publication | None:
    """The last edition of a published result of a contest; ask `policy.can_read` before showing it."""
    editions = sa.select(Publication).where(Publication.round_id == round_.id, Publication.contest == contest)
    return db.session.scalars(editions.order_by(Publication.edition.desc()).limit(1)).first()
