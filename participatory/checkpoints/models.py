"""The heads of the journal that were signed; the migrations add the triggers that refuse UPDATE and DELETE."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class Checkpoint(Base):
    """The digest of one row of the journal, signed with the key of the platform (Ed25519, in hexadecimal)."""

    __tablename__ = "checkpoint"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(sa.String(128))
    public_key: Mapped[str] = mapped_column(sa.String(64))
