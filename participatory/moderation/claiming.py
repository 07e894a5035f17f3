"""Taking a case, giving it back, and leaving it to others."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.moderation.appealing import pass_on_if_none_left
from participatory.moderation.letters import Links
from participatory.moderation.models import Claim, Recusal
from participatory.moderation.policy import can_decide, can_recuse, must_be_free
from participatory.moderation.queries import open_claim
from participatory.moderation.rules import CLAIM_LASTS, WORDS_MAX, words_fault
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal

_TAKEN = N_("Quelqu’un vient de prendre ce projet : passez au suivant.")


def claim(public_id: str, person: Person, now: datetime) -> Claim:
    """Keep a case for whoever reads it, for a while; taking it again begins anew.

    Raises Refusal when the person may not judge it, or while somebody else is reading it.
    """
    proposal = locked(public_id)
    refuse_if(can_decide(person, proposal, now))
    refuse_if(must_be_free(open_claim(proposal, now), person, now))
    release_quietly(proposal, now)
    taken = Claim(
        proposal_id=proposal.id,
        person_id=person.id,
        association_id=person.association_id,
        taken_at=now,
        ends_at=now + CLAIM_LASTS,
    )
    db.session.add(taken)
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Refusal(_TAKEN) from error
    return taken


def give_back(public_id: str, person: Person, now: datetime) -> bool:
    """Give a case back before the time is up; false when the person was not reading it."""
    proposal = locked(public_id)
    held = open_claim(proposal, now)
    if held is None or held.person_id != person.id:
        return False
    release_quietly(proposal, now)
    return True


def release_quietly(proposal: Proposal, now: datetime) -> None:
    """Close whatever claim is open on a project: it was answered, or its time is up."""
    mine = sa.update(Claim).where(Claim.proposal_id == proposal.id, Claim.released_at.is_(None))
    # One whose time was up ended then, and not when somebody noticed.
    ended = sa.case((Claim.ends_at < now, Claim.ends_at), else_=sa.literal(now, Claim.ends_at.type))
    db.session.execute(mine.values(released_at=ended), execution_options={"synchronize_session": False})


def recuse(public_id: str, person: Person, words: str, links: Links, now: datetime) -> Recusal:
    """Leave a case to others, for good, with a word that moderators read.

    Raises Refusal when it is not the person's to judge, or says nothing.
    """
    proposal = locked(public_id)
    refuse_if(can_recuse(person, proposal))
    refuse_if(words_fault(words, WORDS_MAX))
    left = Recusal(
        proposal_id=proposal.id, person_id=person.id, association_id=person.association_id, words=words, at=now
    )
    db.session.add(left)
    db.session.flush()
    held = open_claim(proposal, now)
    if held is not None and held.person_id == person.id:
        release_quietly(proposal, now)
    association = person.association.slug if person.association else ""
    values = {"round": proposal.round.public_id, "proposal": proposal.public_id}
    record(Verb.MODERATOR_RECUSED, person.public_id, now, association=association, **values)
    pass_on_if_none_left(proposal, links, now)
    return left
