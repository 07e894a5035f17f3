"""Who may support a project and until when, and who may leave supports out of its count."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.supports.rules import OPEN_PHASES, SUPPORTABLE


def is_open(round_: Round, now: datetime) -> Refusal | None:
    """Why the supports of a round do not change at this instant (UTC): they belong to the time before the vote."""
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : on n’y soutient pas de projet."))
    phase = round_.phase(now)
    if phase in OPEN_PHASES:
        return None
    if phase in {Phase.DRAFT, Phase.ANNOUNCEMENT}:
        return Refusal(
            N_("Les soutiens commencent avec le dépôt des projets, le %(start)s."), start=round_.submission_at
        )
    return Refusal(
        N_("Le vote est ouvert depuis le %(start)s : les soutiens sont clos, leur nombre ne change plus."),
        start=round_.voting_at,
    )


def can_support(proposal: Proposal, person: Person, on_roll: bool, now: datetime) -> Refusal | None:
    """Why a person cannot support a project; `on_roll`: whether they are on the roll, or will be once they try."""
    hidden = can_see(proposal, person)
    if hidden is not None:
        return hidden
    if proposal.state not in SUPPORTABLE:
        return Refusal(N_("Ce projet ne reçoit pas de soutien : il n’est pas, ou n’est plus, candidat au vote."))
    closed = is_open(proposal.round, now)
    if closed is not None:
        return closed
    if is_author(person, proposal):
        return Refusal(N_("C’est votre projet : aux autres de le soutenir."), Kind.FORBIDDEN)
    if not on_roll:
        message = N_(
            "Seules les personnes de la liste électorale de ce budget soutiennent un projet, et vous n’y êtes pas. "
            "Connectez-vous par votre établissement : il vous y inscrit."
        )
        return Refusal(message, Kind.FORBIDDEN)
    return None


def can_take_back(proposal: Proposal, person: Person, now: datetime) -> Refusal | None:
    """Why a person cannot take a support back: only the opening of the vote stops that."""
    return can_see(proposal, person) or is_open(proposal.round, now)


def can_read(person: Person, proposal: Proposal) -> Refusal | None:
    """Why a person cannot read what was found in the supports of a project."""
    if person.may(Permission.WATCH_INTEGRITY, proposal.round.scope):
        return None
    return Refusal(N_("Seules les personnes qui veillent à l’intégrité de ce budget lisent ceci."), Kind.FORBIDDEN)


def can_rule(person: Person, proposal: Proposal, now: datetime, *, left_out: bool) -> Refusal | None:
    """Why a person cannot leave supports of a project out of its count (`left_out`), or put them back.

    Those left out may be put back after the opening too: one officer alone would else hide them for good.
    """
    refusal = can_read(person, proposal)
    if refusal is not None:
        return refusal
    if is_author(person, proposal):
        return Refusal(N_("C’est votre projet : une autre personne en décide."), Kind.FORBIDDEN)
    return is_open(proposal.round, now) if left_out else None
