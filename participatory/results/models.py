"""The count and its publication: frozen documents, the same bytes for everyone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class Count(Base):
    """A count of the closed round, seen by officers only until it is published."""

    __tablename__ = "count"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), unique=True)
    document: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    counted_by: Mapped[str] = mapped_column(sa.String(40))
    counted_at: Mapped[datetime]


class Publication(Base):
    """A published result; a correction is a new edition with its reason."""

    __tablename__ = "publication"
    __table_args__ = (sa.UniqueConstraint("round_id", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    edition: Mapped[int]
    document: Mapped[str] = mapped_column(sa.Text)
    election: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    published_by: Mapped[str] = mapped_column(sa.String(40))
    published_at: Mapped[datetime]
