"""Who may follow a project."""

from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.proposals.rules import PUBLIC


def can_follow(proposal: Proposal, person: Person) -> Refusal | None:
    """Why a person cannot follow a project: it is not theirs to read, or it is their own, of which they are told."""
    hidden = can_see(proposal, person)
    if hidden is not None:
        return hidden
    if is_author(person, proposal):
        return Refusal(N_("C’est votre projet : vous êtes déjà tenu au courant de chaque étape."))
    if proposal.state not in PUBLIC:
        return Refusal(N_("Ce projet n’est pas public : il ne se suit pas."))
    return None
