"""Which reminders have left, and who wants none."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class ReminderSent(Base):
    """A letter that has left; the row goes when the vote is over, since it tells who had not voted by then."""

    __tablename__ = "reminder_sent"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)


class ReminderRefusal(Base):
    """A person who asked for no more reminders."""

    __tablename__ = "reminder_refusal"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
