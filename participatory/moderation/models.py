"""The decisions of associations on proposals."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.identity.models import Association, Person
from participatory.moderation.rules import ARTICLES, Article, Outcome, Reason
from participatory.proposals.models import Proposal


class Decision(Base):
    """What an association decided on one version of a proposal, and why; one decision a version."""

    __tablename__ = "moderation_decision"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    version: Mapped[int]
    outcome_code: Mapped[str] = mapped_column(sa.String(20))
    reason_code: Mapped[str | None] = mapped_column(sa.String(30))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    moderator_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"))
    decided_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    moderator: Mapped[Person] = relationship()
    association: Mapped[Association] = relationship(lazy="joined")

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        return Outcome(self.outcome_code)

    @property
    def reason(self) -> Reason | None:
        """The reason of the rulebook; None for an admission."""
        return Reason(self.reason_code) if self.reason_code else None

    @property
    def article(self) -> Article | None:
        """The article of the published rulebook that the reason comes from."""
        return ARTICLES[self.reason] if self.reason else None
