"""A deed between its proposal and its confirmation."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.deeds.rules import DeedState, state_at


class Deed(Base):
    """What one person proposed and another must confirm; `shown` is the SHA-256 of what was described then.

    Its state is derived: confirmed, withdrawn, expired once `expires_at` has passed, else waiting.
    """

    __tablename__ = "deed"
    __table_args__ = (
        sa.Index(
            "uq_deed_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL AND expired_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL AND expired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(sa.String(40))
    # What the deed bears on: two proposals of one kind never wait for the same thing.
    subject: Mapped[str] = mapped_column(sa.String(80))
    # The title of the description: a catalogue key and what fills it.
    title: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    shown: Mapped[str] = mapped_column(sa.String(64))
    proposed_by: Mapped[str] = mapped_column(sa.String(40))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_by: Mapped[str] = mapped_column(sa.String(40), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    # What was described at the instant of the confirmation, kept to be read afterwards.
    done: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, default=None)
    # When the periodic job saw that nobody had confirmed in time, and undid what was prepared.
    expired_at: Mapped[datetime | None] = mapped_column(default=None)

    def state(self, now: datetime) -> DeedState:
        """Where the deed stands at an instant (UTC)."""
        return state_at(now, self.expires_at, self.confirmed_at, self.withdrawn_at)
