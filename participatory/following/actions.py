"""Following a project, leaving it, and taking followers along to the project that it became."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.following import policy
from participatory.following.models import Follow
from participatory.following.queries import follows
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


def follow(person: Person, proposal: Proposal, now: datetime) -> bool:
    """Have a person follow a project; False when they already do. Raises Refusal."""
    refuse_if(policy.can_follow(proposal, person))
    if follows(person, proposal):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(Follow(proposal_id=proposal.id, person_id=person.id, at=now))
            db.session.flush()
    except sa.exc.IntegrityError:
        return False
    return True


def leave(person: Person, proposal: Proposal) -> bool:
    """Have a person follow a project no more; False when they did not."""
    gone = sa.delete(Follow).where(Follow.proposal_id == proposal.id, Follow.person_id == person.id)
    return bool(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]


def carry_over(source: Proposal, target: Proposal, now: datetime, *, leaving: bool = True) -> None:
    """Have the followers of a project follow another, each once; its own people are told anyway."""
    known = {each.id for each in target.people} | set(
        db.session.scalars(sa.select(Follow.person_id).where(Follow.proposal_id == target.id))
    )
    ours = list(db.session.scalars(sa.select(Follow.person_id).where(Follow.proposal_id == source.id)))
    db.session.add_all(Follow(proposal_id=target.id, person_id=each, at=now) for each in ours if each not in known)
    if leaving:
        db.session.execute(sa.delete(Follow).where(Follow.proposal_id == source.id))
    db.session.flush()
