"""The table of deeds; the migrations add the triggers that refuse UPDATE and DELETE."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base
from participatory.journal.rules import Link


class JournalEntry(Base):
    """A deed, chained to the one before by its digest."""

    __tablename__ = "journal_entry"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(sa.String(40), index=True)
    actor: Mapped[str] = mapped_column(sa.String(40))
    payload: Mapped[str] = mapped_column(sa.Text)
    previous: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Both empty in the rows of the old form.
    salt: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")
    content: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")

    def link(self) -> Link:
        """The row as the chain hashes it."""
        return Link(self.position, self.at, self.verb, self.actor, self.payload, self.previous, self.salt, self.content)
