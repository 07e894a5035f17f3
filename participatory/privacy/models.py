"""Who read what about whom, what was deleted when, and the letters that prove a new address or warn."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Person


class PersonalReading(Base):
    """A member of staff has read what is held about a person, and said why; the person sees it.

    `what` is the task, `reader_role` the role under which it was read: the person is told the
    role, the journal knows the code of the reader.
    """

    __tablename__ = "personal_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reader_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reader_role: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    what: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.String(300))
    read_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reader: Mapped[Person] = relationship(foreign_keys=[reader_id], lazy="joined")


class DeletionRecord(Base):
    """What was deleted, how much, by which rule and when: never whose it was."""

    __tablename__ = "deletion_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(sa.String(60))
    round_id: Mapped[int | None] = mapped_column(sa.Integer, default=None)
    deleted: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)


class InactivityWarning(Base):
    """The letter that says that an unused account will go; the row goes with the account."""

    __tablename__ = "inactivity_warning"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    warned_at: Mapped[datetime]


class AddressChange(Base):
    """A new address waiting for the code that was sent to it; only the code's HMAC is kept.

    `taken` when the address already had an account: no code opens it, and the page does not say so.
    """

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    code_mac: Mapped[str] = mapped_column(sa.String(64))
    taken: Mapped[bool]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)
