"""What was taken out of a vote, and how far those who had voted have been told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.proposals.models import Proposal


class Removal(Base):
    """A project that two officers took out of an open vote, with the reason that is published.

    `told_after` is the `id` of the last account looked at for the letters and moves with them in one transaction, so
    that no row says who was written to. `told_at` is when all had been looked at (UTC), None until then.
    """

    __tablename__ = "removal"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    removed_at: Mapped[datetime]
    told_after: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None] = mapped_column(default=None)

    proposal: Mapped[Proposal] = relationship(lazy="joined")
