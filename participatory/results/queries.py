"""Reading counts and publications."""

import sqlalchemy as sa

from participatory.ballots.opening import opening_of
from participatory.core.database import db
from participatory.proposals.models import Proposal
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


def publications_of(round_: Round) -> dict[str, Publication]:
    """The last edition of each contest of a round, by contest; ask `policy.can_read` before showing them."""
    wanted = sa.select(Publication).where(Publication.round_id == round_.id).order_by(Publication.edition)
    return {each.contest: each for each in db.session.scalars(wanted)}


def contest_of(proposal: Proposal) -> str:
    """The contest in which a project was voted on: what the opening froze, else the one of its site."""
    opening = opening_of(proposal.round)
    rows = opening.projects if opening else ()
    frozen = next((contest for project, contest, _cost, _title in rows if project == proposal.public_id), None)
    return frozen or proposal.round.rulebook.contest_of(proposal.site.slug if proposal.site else None)
