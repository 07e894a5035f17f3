"""The public key of a round: the private one exists only as shares, in the hands of its trustees."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class ElectionKey(Base):
    """The key to which the ballots of a round are encrypted; keys in hexadecimal, instants in UTC.

    `checked_at` is when enough trustees typed their shares again and the key came out the same.
    `held_here` is true in the demonstration alone, which keeps its own shares and says so.
    """

    __tablename__ = "election_key"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(sa.String(64))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    trustees: Mapped[int]
    threshold: Mapped[int]
    created_by: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    held_here: Mapped[bool] = mapped_column(default=False)


class KeyReminder(Base):
    """A reminder that was written to the officers of a round without key: none is written twice.

    `days` before the vote; `voting_at` is the opening (UTC) of which it spoke, since a
    vote that is moved is announced again.
    """

    __tablename__ = "key_reminder"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    voting_at: Mapped[datetime] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
