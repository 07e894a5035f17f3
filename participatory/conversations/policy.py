"""Who opens a conversation, who reads its statements, who votes and when."""

from datetime import datetime

from participatory.conversations.models import Conversation, Statement
from participatory.conversations.rules import MOST_WAITING, State
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission


def can_conduct(person: Person) -> Refusal | None:
    """A conversation is held with the whole region, so a limited role does not do."""
    if person.may(Permission.CONDUCT_ROUNDS):
        return None
    return Refusal(N_("Une conversation vaut pour toute la région : il faut un rôle sans limite."), Kind.FORBIDDEN)


def can_vote(conversation: Conversation, now: datetime) -> Refusal | None:
    """Why nobody votes at this instant (UTC)."""
    if now < conversation.opens_at:
        return Refusal(N_("Cette conversation ouvre le %(start)s."), start=conversation.opens_at)
    if now >= conversation.closes_at:
        return Refusal(N_("Cette conversation est close depuis le %(end)s."), end=conversation.closes_at)
    return None


def can_vote_on(statement: Statement, now: datetime) -> Refusal | None:
    """Why nobody votes on this statement now."""
    if statement.state is not State.SHOWN:
        return Refusal(N_("Cette affirmation n’est pas proposée aux votes."), Kind.NOT_FOUND)
    return can_vote(statement.conversation, now)


def can_propose(conversation: Conversation, waiting: int, now: datetime) -> Refusal | None:
    """Why somebody with so many statements that wait proposes no other one."""
    refusal = can_vote(conversation, now)
    if refusal is None and waiting >= MOST_WAITING:
        return Refusal(N_("Vos dernières affirmations attendent d’être lues : revenez ensuite."))
    return refusal
