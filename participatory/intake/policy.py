"""Who may enter projects collected elsewhere, and when."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase


def can_open(person: Person, round_: Round) -> Refusal | None:
    """Why a person may not see the desk of a round."""
    if round_.imported:
        return Refusal(N_("Cette élection vient d’ailleurs : on n’y ajoute rien."), Kind.NOT_FOUND)
    if person.may(Permission.COLLECT_PROPOSALS, round_.scope):
        return None
    return Refusal(
        N_("Seules les personnes qui recueillent des projets de ce budget peuvent faire cela."), Kind.FORBIDDEN
    )


def can_bring(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """Why a person may not enter a project: the deposit is open to paper while it is open to everybody."""
    return can_open(person, round_) or must_be_in(round_, (Phase.SUBMISSION,), now)


def can_complete(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why staff may not complete a sheet: it is submitted, or somebody has taken it over."""
    refusal = can_bring(person, proposal.round, now)
    if refusal is not None:
        return refusal
    if proposal.people:
        return Refusal(N_("Ce projet a maintenant un porteur : c’est à lui de le compléter."))
    if proposal.state is not State.DRAFT:
        return Refusal(N_("Ce projet est déjà déposé : il ne se modifie plus ici."))
    return None
