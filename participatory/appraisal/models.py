"""What the Region's services find: feasible or not, at what cost, and why."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


class Appraisal(Base):
    """The published finding on a proposal; a later one replaces it and both are kept."""

    __tablename__ = "appraisal"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    feasible: Mapped[bool]
    final_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    appraiser_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    appraised_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    appraiser: Mapped[Person] = relationship()
