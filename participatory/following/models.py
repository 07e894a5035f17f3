"""Who follows which project."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


class Follow(Base):
    """A person follows a project, once; nobody but them reads it."""

    __tablename__ = "follow"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person] = relationship()
