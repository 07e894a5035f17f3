"""Conversations, their statements, the votes under names that only a secret makes, and the maps as published."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.conversations.rules import State
from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Person


class Conversation(Base):
    """A question and its statements, from when to when (UTC).

    `weights` are those of routing by number of statement, reckoned at `weighed_at`; `map_asked_at` is when a map was
    last asked for.
    """

    __tablename__ = "conversation"
    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
    weights: Mapped[dict[str, float]] = mapped_column(sa.JSON, default=dict)
    weighed_at: Mapped[datetime | None] = mapped_column(default=None)
    map_asked_at: Mapped[datetime | None] = mapped_column(default=None)

    def is_open(self, now: datetime) -> bool:
        """Whether votes are taken at this instant (UTC)."""
        return self.opens_at <= now < self.closes_at


class Statement(Base):
    """A short sentence to agree or disagree with; `number` is its public name in the conversation."""

    __tablename__ = "statement"
    __table_args__ = (sa.UniqueConstraint("conversation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(200))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    state_code: Mapped[str] = mapped_column(sa.String(10), default=State.WAITING.value)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    proposed_at: Mapped[datetime]

    author: Mapped[Person | None] = relationship()
    conversation: Mapped[Conversation] = relationship()

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.state_code)


class StatementVote(Base):
    """What somebody says of a statement: the last one counts, hence one row.

    `participant` is the HMAC of the person under the secret of the conversation: no row of the database joins a vote
    to a person.
    """

    __tablename__ = "statement_vote"
    # Without rowid, SQLite keeps rows by key: it holds no number that tells who came before whom.
    __table_args__ = ({"sqlite_with_rowid": False},)

    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statement.id"), primary_key=True)
    participant: Mapped[str] = mapped_column(sa.String(64), primary_key=True, index=True)
    value: Mapped[int]


class OpinionMap(Base):
    """A published map, which never changes: canonical text and its SHA-256."""

    __tablename__ = "opinion_map"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id"), index=True)
    made_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
