"""What the services and the authors say of each line of a plan, and findings that wait to be published together."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.appraisal.dialogue_rules import Act
from participatory.core.database import Base
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


class CostingStep(Base):
    """One step about one line, never changed: who said what, and when. Amounts in cents.

    `position` is the line's in the plan; its label is copied, so that a step can be read by itself. `quantity` and
    `unit_cents` are what a proposal of the services holds, and what an answer answers to.
    """

    __tablename__ = "costing_step"
    # Two answers at once to the same step take the same number: the second is refused.
    __table_args__ = (sa.UniqueConstraint("proposal_id", "position", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    position: Mapped[int]
    number: Mapped[int]
    act_code: Mapped[str] = mapped_column(sa.String(20))
    label: Mapped[str] = mapped_column(sa.String(160))
    quantity: Mapped[int]
    unit_cents: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def act(self) -> Act:
        """What was done."""
        return Act(self.act_code)

    @property
    def total_cents(self) -> int:
        """Quantity times unit cost."""
        return self.quantity * self.unit_cents


class FindingDraft(Base):
    """A finding that is ready and that nobody outside the services has read; `seen` as in the form of a finding."""

    __tablename__ = "finding_draft"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    feasible: Mapped[bool]
    final_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    seen: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    saved_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person] = relationship()
