"""Who may appraise a proposal, and when; the same answer hides the form and stops the deed."""

from datetime import datetime

import sqlalchemy as sa

from participatory.appraisal.models import Interest
from participatory.appraisal.rules import APPRAISABLE
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author
from participatory.proposals.rules import State
from participatory.rounds.policy import must_be_in, phase_refusal
from participatory.rounds.rules import Phase

_ELSEWHERE = N_("Ce projet n’est pas à l’instruction : il n’est pas recevable, ou il a été retiré.")


def can_appraise(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not say now whether this proposal is feasible, None when nothing stands in the way."""
    if not person.may(Permission.APPRAISE, *proposal.scopes):
        return Refusal(N_("Seuls les services de la Région qui instruisent rendent un avis ici."), Kind.FORBIDDEN)
    tied = conflict(person, proposal)
    if tied is not None:
        return tied
    if proposal.round.voting_at <= now:
        return Refusal(
            N_("La liste du bulletin est figée depuis l’ouverture du vote, le %(start)s : aucun avis ne change plus."),
            start=proposal.round.voting_at,
        )
    untimely = phase_refusal(proposal.round, Phase.REVIEW, now)
    if untimely is not None:
        return untimely
    if proposal.state not in APPRAISABLE:
        return Refusal(_ELSEWHERE)
    return None


def conflict(person: Person, proposal: Proposal) -> Refusal | None:
    """What ties this person to the project, so that somebody else must judge it: held by us, or declared by them."""
    if is_author(person, proposal):
        return Refusal(N_("Vous avez déposé ce projet : une autre personne l’instruira."), Kind.FORBIDDEN)
    if person.association_id is not None and person.association_id == proposal.association_id:
        return Refusal(
            N_("Vous êtes membre de l’association qui porte ce projet : une autre personne l’instruira."),
            Kind.FORBIDDEN,
        )
    declared = sa.select(Interest.id).where(Interest.proposal_id == proposal.id, Interest.person_id == person.id)
    if db.session.scalar(declared) is not None:
        return Refusal(
            N_("Vous avez déclaré un conflit d’intérêts sur ce projet : une autre personne l’instruira."),
            Kind.FORBIDDEN,
        )
    return None


def can_prepare(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not work towards a finding: notes, grid, opinions asked elsewhere."""
    return can_read(person, proposal) or conflict(person, proposal) or can_assign(person, proposal, now)


def can_assign(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not say who appraises this project; a tie to it does not hinder handing it to somebody."""
    refusal = can_read(person, proposal)
    if refusal is not None:
        return refusal
    if proposal.state not in APPRAISABLE:
        return Refusal(_ELSEWHERE)
    return must_be_in(proposal.round, (Phase.SUBMISSION, Phase.REVIEW), now)


def can_read(person: Person, proposal: Proposal) -> Refusal | None:
    """Why this appraiser has nothing to read here.

    Only admitted proposals come to them, some of which are withdrawn meanwhile, and only those within their limits.
    """
    if proposal.state not in APPRAISABLE and proposal.state is not State.WITHDRAWN:
        return Refusal(_ELSEWHERE, Kind.NOT_FOUND)
    if not person.may(Permission.APPRAISE, *proposal.scopes):
        return Refusal(
            N_("Ce projet n’est ni d’un budget ni d’un territoire que vous instruisez : une autre personne le lit."),
            Kind.FORBIDDEN,
        )
    return None
