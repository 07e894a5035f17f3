"""Reading conversations; votes are only ever read without persons."""

import hmac
from collections.abc import Sequence

import sqlalchemy as sa

from participatory.conversations.models import Conversation, OpinionMap, Statement, StatementVote
from participatory.conversations.rules import State
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person


def participant(secret: bytes, person: Person) -> str:
    """The name of a person in a conversation: HMAC-SHA-256 of their public identifier under its secret."""
    return hmac.new(secret, person.public_id.encode(), "sha256").hexdigest()


def conversations() -> Sequence[Conversation]:
    """Every conversation, the latest first."""
    return db.session.scalars(sa.select(Conversation).order_by(Conversation.opens_at.desc(), Conversation.id)).all()


def conversation_at(slug: str) -> Conversation:
    """The conversation at this address; raises Refusal (NOT_FOUND)."""
    return _found(sa.select(Conversation).where(Conversation.slug == slug.replace("\0", "")))


def held_conversation(conversation_id: int) -> Conversation:
    """A conversation, its row held until the end of the transaction."""
    wanted = lock(sa.select(Conversation).where(Conversation.id == conversation_id))
    return _found(wanted.execution_options(populate_existing=True))


def _found(wanted: sa.Select[Conversation]) -> Conversation:
    conversation = db.session.scalars(wanted).first()
    if conversation is None:
        raise Refusal(N_("Il n’y a pas de conversation à cette adresse."), Kind.NOT_FOUND)
    return conversation


def statements_of(conversation: Conversation, *states: State) -> Sequence[Statement]:
    """Its statements in these states, by number."""
    wanted = sa.select(Statement).where(Statement.conversation_id == conversation.id)
    wanted = wanted.where(Statement.state_code.in_([each.value for each in states]))
    return db.session.scalars(wanted.order_by(Statement.number)).all()


def statement_of(conversation: Conversation, number: int) -> Statement:
    """The statement of this number; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Statement).where(Statement.conversation_id == conversation.id, Statement.number == number)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas d’affirmation à cette adresse."), Kind.NOT_FOUND)
    return found


def waiting_of(conversation: Conversation, person: Person) -> int:
    """How many statements of a person wait to be read."""
    wanted = sa.select(sa.func.count()).select_from(Statement)
    wanted = wanted.where(Statement.conversation_id == conversation.id, Statement.author_id == person.id)
    return db.session.scalar(wanted.where(Statement.state_code == State.WAITING.value)) or 0


def said_by(conversation: Conversation, name: str) -> dict[int, int]:
    """What a participant said, by number of statement; for that person alone."""
    wanted = sa.select(Statement.number, StatementVote.value).join(Statement)
    wanted = wanted.where(Statement.conversation_id == conversation.id, StatementVote.participant == name)
    return {row.number: row.value for row in db.session.execute(wanted)}


def cast_in(conversation: Conversation) -> list[tuple[str, str, int]]:
    """Every vote as (participant, number of the statement, value)."""
    wanted = sa.select(StatementVote.participant, Statement.number, StatementVote.value).join(Statement)
    rows = db.session.execute(wanted.where(Statement.conversation_id == conversation.id))
    return [(name, str(number), value) for name, number, value in rows]


def map_of(conversation: Conversation) -> OpinionMap | None:
    """The last map that was made."""
    wanted = sa.select(OpinionMap).where(OpinionMap.conversation_id == conversation.id)
    return db.session.scalars(wanted.order_by(OpinionMap.id.desc()).limit(1)).first()


def written_by(person: Person) -> Sequence[Statement]:
    """The statements that a person proposed, the oldest first."""
    return db.session.scalars(sa.select(Statement).where(Statement.author_id == person.id).order_by(Statement.id)).all()
