"""Who may decide on a proposal: the same answers hide the forms and stop the deeds."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation.models import Appeal, Claim, Decision
from participatory.moderation.rules import OPEN_PHASES, LinkKind, Outcome, answer_until
from participatory.moderation.ties import Ties, associations_of, people_of, ties_of
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
    State.MERGED: N_("Ce projet a été réuni à un autre : c’est l’autre qui se lit."),
    State.FEASIBLE: N_("Ce projet a déjà été déclaré recevable, puis instruit."),
    State.UNFEASIBLE: N_("Ce projet a déjà été déclaré recevable, puis instruit."),
}
_MOVED = N_("Ce projet a changé d’état entre-temps : rechargez la page pour voir où il en est.")
_BOUND = {
    LinkKind.MEMBERSHIP: N_("Vous avez déclaré être membre d’une association de ce projet : d’autres le jugeront."),
    LinkKind.MANDATE: N_("Vous avez déclaré un mandat dans une association de ce projet : d’autres le jugeront."),
    LinkKind.FUNDING: N_("Un financement passé lie votre association à ce projet : une autre le jugera."),
}


def tie(person: Person, proposal: Proposal, ties: Ties | None = None) -> Refusal | None:
    """What ties a person to a proposal, so that others must judge it; `ties` spares reading them for each row."""
    people = people_of(proposal)
    if any(each.id == person.id for each in people):
        return _kept_out(N_("Vous avez déposé ce projet : une autre association le jugera."))
    mine = person.association_id
    if mine is None:
        return _kept_out(N_("Votre compte n’est rattaché à aucune association : seules les associations modèrent."))
    if proposal.association_id == mine:
        return _kept_out(N_("Votre association porte ce projet : une autre association le jugera."))
    if any(each.association_id == mine for each in people):
        return _kept_out(N_("La personne qui dépose ce projet est membre de votre association : une autre le jugera."))
    return _declared(proposal, ties or ties_of(person))


def officer_tie(person: Person, proposal: Proposal, ties: Ties | None = None) -> Refusal | None:
    """What ties an officer to a project: the same as a moderator, but that they need no association."""
    if any(each.id == person.id for each in people_of(proposal)):
        return _kept_out(N_("Vous avez déposé ce projet : une autre personne tranchera."))
    if person.association_id is not None and person.association_id in associations_of(proposal):
        return _kept_out(N_("Votre association est celle de ce projet : une autre personne tranchera."))
    return _declared(proposal, ties or ties_of(person))


def _declared(proposal: Proposal, ties: Ties) -> Refusal | None:
    """What the project itself does not say: links that were declared, and what the person has done."""
    for each in associations_of(proposal):
        if each in ties.bound:
            return _kept_out(_BOUND[ties.bound[each]])
    if proposal.id in ties.left:
        return _kept_out(N_("Vous vous êtes déporté·e de ce projet : d’autres le jugeront."))
    if proposal.id in ties.sided:
        return _kept_out(N_("Vous avez commenté ce projet, pour ou contre : d’autres le jugeront."))
    return None


def _kept_out(message: str) -> Refusal:
    return Refusal(message, Kind.FORBIDDEN)


def can_decide(person: Person, proposal: Proposal, now: datetime) -> Refusal | None:
    """Why this person may not decide on this proposal now, None when nothing stands in the way."""
    if not person.holds(Permission.MODERATE):
        return _kept_out(N_("Seules les personnes qui modèrent pour une association décident ici."))
    ties = ties_of(person)
    tied = tie(person, proposal, ties)
    if tied is not None:
        return tied
    if (proposal.id, proposal.version) in ties.spoken:
        message = N_("Votre association a donné son avis sur cette version : une autre doit la lire à son tour.")
        return _kept_out(message)
    return _unready(proposal, now)


def _unready(proposal: Proposal, now: datetime) -> Refusal | None:
    untimely = must_be_in(proposal.round, OPEN_PHASES, now)
    if untimely is not None:
        return untimely
    if proposal.state is not State.SUBMITTED:
        return Refusal(_SETTLED.get(proposal.state, _MOVED))
    return None


def must_be_free(claim: Claim | None, person: Person, now: datetime) -> Refusal | None:
    """Why a case cannot be taken or decided: somebody else is reading it, until an instant."""
    if claim is None or claim.person_id == person.id or claim.ends_at <= now:
        return None
    association = claim.association.name if claim.association else ""
    message = N_(
        "Une personne de %(association)s lit ce projet jusqu’au %(until)s. Passez au suivant, ou revenez après."
    )
    return Refusal(message, association=association, until=claim.ends_at)


def can_recuse(person: Person, proposal: Proposal) -> Refusal | None:
    """Why somebody cannot leave a case to others: it is not theirs to judge, or is judged."""
    tied = tie(person, proposal)
    if tied is not None:
        return tied
    if proposal.state not in {State.SUBMITTED, State.APPEALED}:
        return Refusal(_SETTLED.get(proposal.state, _MOVED))
    return None


def can_settle(person: Person, proposal: Proposal, opinions: int, now: datetime) -> Refusal | None:
    """Why an officer may not take the place of a third association: the two first must disagree.

    `opinions` is how many were given on the present version.
    """
    if not person.may(Permission.ARBITRATE, *proposal.scopes):
        return _kept_out(N_("Ce projet relève d’une autre personne de la Région."))
    tied = officer_tie(person, proposal)
    if tied is not None:
        return tied
    unready = _unready(proposal, now)
    if unready is None and opinions < 2:
        return Refusal(N_("La Région ne tranche que si deux associations sont en désaccord sur un refus."))
    return unready


def can_answer(person: Person, decision: Decision, now: datetime) -> Refusal | None:
    """Why somebody cannot answer a refusal beside it: it is the author's to do, once, within the delay."""
    refusal = _contest_fault(person, decision, now)
    if refusal is None and decision.reply:
        return Refusal(N_("Votre réponse est déjà publiée : elle ne se change pas."))
    return refusal


def can_appeal(person: Person, decision: Decision, now: datetime) -> Refusal | None:
    """Why somebody cannot ask that a refusal be looked at again."""
    refusal = _contest_fault(person, decision, now)
    if refusal is not None:
        return refusal
    if decision.proposal.state is not State.REFUSED or decision.appeal is not None:
        return Refusal(N_("Un réexamen a déjà été demandé : il n’y en a qu’un."))
    return must_be_in(decision.proposal.round, OPEN_PHASES, now)


def _contest_fault(person: Person, decision: Decision, now: datetime) -> Refusal | None:
    proposal = decision.proposal
    if all(each.id != person.id for each in people_of(proposal)):
        return _kept_out(N_("Seules les personnes qui portent ce projet peuvent le faire."))
    if decision.outcome is not Outcome.REFUSE:
        return Refusal(N_("Cette décision n’est pas un refus."))
    until = answer_until(decided_at := decision.decided_at, proposal.round.voting_at, proposal.round.rulebook)
    if now >= until:
        message = N_("Le délai pour répondre au refus du %(decided)s est passé depuis le %(until)s.")
        return Refusal(message, decided=decided_at, until=until)
    return None


def can_decide_appeal(person: Person, appeal: Appeal, now: datetime) -> Refusal | None:
    """Why somebody may not answer an appeal: it is for the association that was drawn, then for the Region."""
    if appeal.outcome is not None:
        return Refusal(N_("Ce réexamen est déjà rendu."))
    proposal = appeal.decision.proposal
    if appeal.escalated_at is not None:
        if not person.may(Permission.ARBITRATE, *proposal.scopes):
            return _kept_out(N_("Le délai est passé : c’est la Région qui répond à ce réexamen."))
        return officer_tie(person, proposal)
    if not person.holds(Permission.MODERATE) or appeal.drawn_id is None or person.association_id != appeal.drawn_id:
        return _kept_out(N_("Une autre association a été tirée au sort pour ce réexamen."))
    return tie(person, proposal)


def can_read(proposal: Proposal) -> Refusal | None:
    """Why moderators may not read a proposal: what was never submitted is its author's alone."""
    if proposal.version == 0:
        return Refusal(N_("Ce projet n’existe pas ou n’a pas encore été déposé."), Kind.NOT_FOUND)
    return None
