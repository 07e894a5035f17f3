"""Who may take a project out of a vote, and when: nobody outranks the phase, nobody judges their own."""

from datetime import datetime

from participatory.appraisal.policy import conflict
from participatory.ballots.opening import must_have_opened
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation.ties import associations_of, ties_of
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase


def can_conduct(person: Person, round_: Round) -> Refusal | None:
    """Taking a project out of a vote is for those who may close it."""
    if person.may(Permission.CLOSE_VOTE, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def can_remove(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not take this project out of its vote now."""
    round_ = proposal.round
    refusal = can_conduct(person, round_) or must_be_in(round_, (Phase.VOTING,), now) or must_have_opened(round_)
    if refusal is not None:
        return refusal
    if proposal.state is not State.FEASIBLE:
        return Refusal(N_("Ce projet n’est plus au vote."))
    if is_tied(person, proposal):
        return Refusal(N_("Ce projet vous touche de près : une autre personne le retirera."), Kind.FORBIDDEN)
    return None


def is_tied(person: Person, proposal: Proposal) -> bool:
    """Whether the person wrote the project, or anything ties them to it that would keep them from judging it."""
    ties, own = ties_of(person), associations_of(proposal)
    declared = not own.isdisjoint(ties.bound) or proposal.id in ties.left | ties.sided
    return person.association_id in own or declared or conflict(person, proposal) is not None
