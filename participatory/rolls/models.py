"""Who may vote in a round: pseudonyms, never a name, an e-mail or a number in clear."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.territories.models import Establishment, Site


class Voter(Base):
    """A person on the roll of one round; the pseudonym is HMAC-SHA256 under the round's pepper."""

    __tablename__ = "voter"
    __table_args__ = (sa.UniqueConstraint("round_id", "pseudonym"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    pseudonym: Mapped[str] = mapped_column(sa.String(64))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"))
    source: Mapped[str] = mapped_column(sa.String(20))

    site: Mapped[Site] = relationship(lazy="joined")
    establishment: Mapped[Establishment] = relationship(lazy="joined")


class RollImport(Base):
    """A list that was imported: its counts and the digest of the file, not its content."""

    __tablename__ = "roll_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    added: Mapped[int]
    known: Mapped[int]
    rejected: Mapped[int]
    imported_by: Mapped[str] = mapped_column(sa.String(40))
    imported_at: Mapped[datetime]
