"""Who read what about whom, and what was deleted when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.identity.models import Person


class PersonalReading(Base):
    """A member of staff has read what is held about a person, and said why; the person sees it."""

    __tablename__ = "personal_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reader_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.String(300))
    read_at: Mapped[datetime]

    reader: Mapped[Person] = relationship(foreign_keys=[reader_id], lazy="joined")


class DeletionRecord(Base):
    """What was deleted, how much, by which rule and when: never whose it was."""

    __tablename__ = "deletion_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(sa.String(60))
    round_id: Mapped[int | None] = mapped_column(sa.Integer, default=None)
    deleted: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
