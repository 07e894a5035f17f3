"""Who may appraise a proposal, and when; the same answer hides the form and stops the deed."""

from datetime import datetime

from participatory.appraisal.rules import APPRAISABLE
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author
from participatory.proposals.rules import State
from participatory.rounds.policy import phase_refusal
from participatory.rounds.rules import Phase

_ELSEWHERE = N_("Ce projet n’est pas à l’instruction : il n’est pas recevable, ou il a été retiré.")


def can_appraise(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not say now whether this proposal is feasible, None when nothing stands in the way."""
    if not person.may(Permission.APPRAISE, *proposal.scopes):
        return Refusal(N_("Seuls les services de la Région qui instruisent rendent un avis ici."), Kind.FORBIDDEN)
    if is_author(person, proposal):
        return Refusal(N_("Vous avez déposé ce projet : une autre personne l’instruira."), Kind.FORBIDDEN)
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
