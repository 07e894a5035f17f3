"""The parameters of detection that a rulebook commits to, hidden until the vote is over."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class DetectionParameters(Base):
    """What stands behind the `detection` of a rulebook: `digest` is the SHA-256 of `salt` followed by `document`.

    Known by its digest alone: the versions of a rulebook that carry the same digest share one row, never changed.
    `salt` is 32 random bytes in hexadecimal, `document` the canonical JSON, `made_at` in UTC.
    """

    __tablename__ = "detection_parameters"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(64))
    document: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
