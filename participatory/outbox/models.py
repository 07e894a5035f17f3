"""Letters waiting to be sent; those that were leave no row."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class Letter(Base):
    """A letter as a template and what fills it; the text is made when it is sent."""

    __tablename__ = "outbox_letter"
    __table_args__ = (sa.Index("ix_outbox_letter_waiting", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(sa.String(254))
    template: Mapped[str] = mapped_column(sa.String(80))
    locale: Mapped[str] = mapped_column(sa.String(5))
    values: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")
