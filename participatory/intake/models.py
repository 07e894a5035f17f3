"""Where a project that staff entered was collected."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.intake.rules import Via
from participatory.proposals.models import Proposal


class Collected(Base):
    """A project that was collected elsewhere: `origin` in words, `entered_by` the public code of who entered it."""

    __tablename__ = "collected_proposal"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    origin: Mapped[str] = mapped_column(sa.String(120))
    via_code: Mapped[str] = mapped_column(sa.String(10))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()

    @property
    def via(self) -> Via:
        """By a file, or by a sheet."""
        return Via(self.via_code)
