"""Who follows a project, and what a person follows."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.following.models import Follow
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


def follows(person: Person, proposal: Proposal) -> bool:
    """Whether a person follows a project."""
    own = sa.select(Follow.id).where(Follow.proposal_id == proposal.id, Follow.person_id == person.id)
    return db.session.scalar(own) is not None


def followers(proposal: Proposal) -> list[Person]:
    """Everybody who follows a project, in the order in which they began."""
    rows = sa.select(Person).join(Follow, Follow.person_id == Person.id).where(Follow.proposal_id == proposal.id)
    return list(db.session.scalars(rows.order_by(Follow.id)))


def followed_by(person: Person) -> Sequence[Follow]:
    """What a person follows, the latest first, with the projects and their rounds, in one query."""
    own = sa.select(Follow).where(Follow.person_id == person.id)
    loaded = own.options(joinedload(Follow.proposal).joinedload(Proposal.round))
    return db.session.scalars(loaded.order_by(Follow.id.desc())).unique().all()
