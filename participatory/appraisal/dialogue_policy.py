"""Who speaks of costs, and when; the same answers hide the forms and stop the deeds."""

from datetime import datetime

from participatory.appraisal.dialogue_queries import published
from participatory.appraisal.policy import can_appraise
from participatory.appraisal.rules import APPRAISABLE
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author


def can_revise(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Whoever may appraise a proposal may propose another cost for its lines, while they may."""
    return can_appraise(person, proposal, now)


def can_answer(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Any of the authors answers, until the vote opens."""
    if not is_author(person, proposal):
        return Refusal(N_("Seules les personnes qui portent ce projet répondent ici."), Kind.FORBIDDEN)
    if proposal.state not in APPRAISABLE:
        return Refusal(N_("Ce projet n’est pas à l’instruction : il n’est pas recevable, ou il a été retiré."))
    if proposal.round.voting_at <= now:
        return Refusal(
            N_("La liste du bulletin est figée depuis l’ouverture du vote, le %(start)s : les coûts ne changent plus."),
            start=proposal.round.voting_at,
        )
    return None


def can_follow(person: Person | None, proposal: Proposal) -> bool:
    """Everybody reads the dialogue once a finding is public; the parties from its first word on."""
    if is_author(person, proposal) or published(proposal):
        return True
    return person is not None and person.may(Permission.APPRAISE, *proposal.scopes)
