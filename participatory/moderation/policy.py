"""Who may decide on a proposal: the same answer hides the form and stops the deed."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation.rules import OPEN_PHASES
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.policy import must_be_in

_SETTLED = {
    State.DRAFT: N_("Ce projet est encore un brouillon : il n’a pas été déposé."),
    State.CHANGES_REQUESTED: N_("Des compléments ont déjà été demandés sur cette version : le porteur y travaille."),
    State.ADMITTED: N_("Ce projet a déjà été déclaré recevable."),
    State.REFUSED: N_("Ce projet a déjà été refusé."),
    State.APPEALED: N_("Ce projet est en réexamen : c’est l’association tirée au sort qui répond."),
    State.REFUSED_FINALLY: N_("Ce projet a déjà été refusé, puis réexaminé."),
    State.WITHDRAWN: N_("Ce projet a été retiré par son porteur."),
    State.FEASIBLE: N_("Ce projet a déjà été déclaré recevable, puis instruit."),
    State.UNFEASIBLE: N_("Ce projet a déjà été déclaré recevable, puis instruit."),
}


def tie(person: Person, proposal: Proposal) -> Refusal | None:
    """What ties a person to a proposal, so that another association must judge it."""
    if proposal.author_id is not None and proposal.author_id == person.id:
        return Refusal(N_("Vous avez déposé ce projet : une autre association le jugera."), Kind.FORBIDDEN)
    mine = person.association_id
    if mine is None:
        return Refusal(
            N_("Votre compte n’est rattaché à aucune association : seules les associations modèrent."), Kind.FORBIDDEN
        )
    if proposal.association_id == mine:
        return Refusal(N_("Votre association porte ce projet : une autre association le jugera."), Kind.FORBIDDEN)
    if proposal.author is not None and proposal.author.association_id == mine:
        return Refusal(
            N_("La personne qui dépose ce projet est membre de votre association : une autre le jugera."),
            Kind.FORBIDDEN,
        )
    return None


def can_decide(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not decide on this proposal now, None when nothing stands in the way."""
    if not person.holds(Permission.MODERATE):
        return Refusal(N_("Seules les personnes qui modèrent pour une association décident ici."), Kind.FORBIDDEN)
    tied = tie(person, proposal)
    if tied is not None:
        return tied
    untimely = must_be_in(proposal.round, OPEN_PHASES, now)
    if untimely is not None:
        return untimely
    if proposal.state is not State.SUBMITTED:
        return Refusal(_SETTLED[proposal.state])
    return None


def can_read(proposal: Proposal) -> Refusal | None:
    """Why moderators may not read a proposal: what was never submitted is its author's alone."""
    if proposal.version == 0:
        return Refusal(N_("Ce projet n’existe pas ou n’a pas encore été déposé."), Kind.NOT_FOUND)
    return None
