"""Who decides about a reported text, who contests, and whom a decision stops from writing: never on one's own case."""

from datetime import datetime

from participatory.comments.queries import stance_of
from participatory.comments.rules import Stance
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.notices.contents import Content
from participatory.notices.models import NoticeDecision, SpeakingBlock
from participatory.notices.rules import Outcome, Side
from participatory.proposals.policy import is_author
from participatory.rounds.models import Round

_SIDES = (Stance.FOR, Stance.AGAINST)


def can_read(person: Person, round_: Round) -> Refusal | None:
    """Why a person does not read the notices of a round."""
    if person.may(Permission.DECIDE_NOTICES, round_.scope):
        return None
    return Refusal(N_("Ce signalement porte sur un budget que vous ne suivez pas."), Kind.FORBIDDEN)


def tie(person: Person, content: Content) -> Refusal | None:
    """What ties a person to a text or to its project, so that somebody else must decide."""
    proposal = content.proposal
    if any(each.id == person.id for each in content.people):
        return Refusal(N_("C’est votre texte : une autre personne décide."), Kind.FORBIDDEN)
    if is_author(person, proposal):
        return Refusal(N_("Ce texte porte sur votre projet : une autre personne décide."), Kind.FORBIDDEN)
    mine = person.association_id
    others = {each.association_id for each in (*content.people, *proposal.people)} | {proposal.association_id}
    if mine is not None and mine in others:
        message = N_("Votre association porte ce projet, ou compte son auteur : une autre personne décide.")
        return Refusal(message, Kind.FORBIDDEN)
    if stance_of(person, proposal) in _SIDES:
        message = N_("Vous avez pris parti pour ou contre ce projet : une autre personne décide.")
        return Refusal(message, Kind.FORBIDDEN)
    return None


def can_decide(
    person: Person, round_: Round, content: Content | None, addresses: frozenset[str] = frozenset()
) -> Refusal | None:
    """Why a person may not decide about a text, None once it is gone; `addresses`: those that its notifiers left."""
    refusal = can_read(person, round_) or (tie(person, content) if content else None)
    if refusal is None and person.email in addresses:
        return Refusal(N_("Vous avez signalé ce texte : une autre personne décide."), Kind.FORBIDDEN)
    return refusal


def can_contest(decision: NoticeDecision, side: Side, now: datetime) -> Refusal | None:
    """Why a decision may not be contested by a side: only by the one that it goes against, once, within six months."""
    if decision.side is not None:
        return Refusal(N_("Cette décision est déjà contestée : une autre personne la reprend, ou l’a fait."))
    against = Side.NOTIFIER if decision.outcome is Outcome.KEPT else Side.AUTHOR
    if side is not against:
        return Refusal(N_("Cette décision va dans votre sens : il n’y a rien à contester."))
    if decision.contestable_until <= now:
        return Refusal(N_("Le délai pour contester cette décision est passé."))
    return None


def can_judge(person: Person, decision: NoticeDecision, content: Content | None) -> Refusal | None:
    """Why a person may not decide of a contested decision: neither who took it, nor anybody of the same association."""
    refusal = can_read(person, decision.round) or (tie(person, content) if content else None)
    if refusal is not None:
        return refusal
    if decision.side is None or decision.appeal_at is not None:
        return Refusal(N_("Cette contestation est déjà tranchée."))
    if decision.by == person.public_id:
        return Refusal(N_("Vous avez pris cette décision : une autre personne la reprend."), Kind.FORBIDDEN)
    if person.association_id is not None and person.association_id == decision.association_id:
        return Refusal(N_("Votre association a pris cette décision : une autre la reprend."), Kind.FORBIDDEN)
    return None


def can_block(person: Person, decision: NoticeDecision) -> Refusal | None:
    """Why a person may not stop the author of a hidden text from writing for a time."""
    if not person.may(Permission.BLOCK_PEOPLE, decision.round.scope):
        return Refusal(N_("Seuls les responsables de ce budget bloquent une personne."), Kind.FORBIDDEN)
    if decision.person is None:
        return Refusal(N_("Ce compte n’existe plus."))
    if decision.person_id == person.id:
        return Refusal(N_("C’est votre compte : une autre personne en décide."), Kind.FORBIDDEN)
    if decision.standing is Outcome.KEPT:
        return Refusal(N_("Ce texte est gardé : il ne donne pas lieu à un blocage."))
    return None


def can_contest_block(block: SpeakingBlock, person: Person, now: datetime) -> Refusal | None:
    """Why a person may not contest a block: it is another's, over, or contested already."""
    if block.person_id != person.id:
        return Refusal(N_("Ce blocage ne vous concerne pas."), Kind.FORBIDDEN)
    if not block.holds(now):
        return Refusal(N_("Ce blocage est terminé."))
    if block.contested_at is not None:
        return Refusal(N_("Vous avez déjà contesté ce blocage."))
    return None


def can_judge_block(person: Person, block: SpeakingBlock, now: datetime) -> Refusal | None:
    """Why a person may not decide of a block: who made it may lift it, and does not judge its contest."""
    if not person.may(Permission.BLOCK_PEOPLE, block.decision.round.scope):
        return Refusal(N_("Seuls les responsables de ce budget en décident."), Kind.FORBIDDEN)
    if block.person_id == person.id:
        return Refusal(N_("C’est votre compte : une autre personne en décide."), Kind.FORBIDDEN)
    if not block.holds(now):
        return Refusal(N_("Ce blocage est terminé."))
    return None
