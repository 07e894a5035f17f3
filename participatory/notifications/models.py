"""Notices on the site, how often each person is written to, and which digests have left."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base
from participatory.core.identifiers import public_id


class Notification(Base):
    """A notice as a template of letters and what fills it; the text is made when it is read.

    `waits` is the pace of the digest that will tell it, empty once it has left or when none will.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_person_id_read_at", "person_id", "read_at"),
        sa.Index("ix_notification_waits_person_id", "waits", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    topic: Mapped[str] = mapped_column(sa.String(20))
    template: Mapped[str] = mapped_column(sa.String(80))
    values: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    link: Mapped[str] = mapped_column(sa.String(500))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None] = mapped_column(default=None)
    waits: Mapped[str] = mapped_column(sa.String(10), default="")


class LetterChoice(Base):
    """How often a person wants letters about a topic; without a row, as the topic's default."""

    __tablename__ = "letter_choice"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    pace: Mapped[str] = mapped_column(sa.String(10))


class DigestSent(Base):
    """The last period whose digest has left, so that no second one leaves in it."""

    __tablename__ = "digest_sent"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    pace: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(10))
