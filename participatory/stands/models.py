"""Stands whose device an officer enrolled, and batches of paper ballots."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.permissions import Scope, ScopeKind
from participatory.rounds.models import Round
from participatory.territories.models import Establishment, Site


class Stand(Base):
    """A device on which people vote one after the other, until `until` (UTC).

    Its name is in the signals of the ballots that came from it, for as long as these are kept.

    `enrol_mac` is the HMAC of the code that enrols the device, good once until `enrol_until`; `device_digest`
    is the SHA-256 of the token in the device's cookie.
    """

    __tablename__ = "stand"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    label: Mapped[str] = mapped_column(sa.String(60))
    until: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(sa.String(40))
    opened_at: Mapped[datetime]
    enrol_mac: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    enrol_until: Mapped[datetime | None] = mapped_column(default=None)
    device_digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    enrolled_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    round: Mapped[Round] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")

    def is_open(self, now: datetime) -> bool:
        """Whether the stand still serves at this instant (UTC), the vote apart."""
        return self.closed_at is None and now < self.until


class PaperBatch(Base):
    """Ballots on paper printed for the students of one site; `establishment` limits them to its own students.

    `label` and `stand` are printed on each ballot. The figures are written when two people close the batch.
    """

    __tablename__ = "paper_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    label: Mapped[str] = mapped_column(sa.String(8), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    establishment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("establishment.id"), default=None)
    stand: Mapped[str] = mapped_column(sa.String(60))
    issued: Mapped[int]
    made_by: Mapped[str] = mapped_column(sa.String(40))
    made_at: Mapped[datetime]
    printed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    printed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    used: Mapped[int] = mapped_column(default=0)
    spoiled: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    # Signatures of the batch whose ballot never came into the box: they have no envelope.
    undeposited: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    round: Mapped[Round] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    establishment: Mapped[Establishment | None] = relationship(lazy="joined")

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What a role that bears on this batch may be limited to."""
        own = (Scope(ScopeKind.ESTABLISHMENT, self.establishment.key),) if self.establishment else ()
        return (self.round.scope, *own)


class PaperBallot(Base):
    """One printed ballot, by the HMAC of its number; what it says is encrypted, and gone once the batch is closed.

    `choices_mac` is the HMAC of what the first person entered: the second must give the same. `disputed` is the
    number in clear while two entries differ, so that people find the sheet again. `handed_back` is a sheet given up
    when a signature was cancelled: it is never entered. Nothing says whose signature that was.
    """

    __tablename__ = "paper_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    number_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("paper_batch.id"), index=True)
    entered_by: Mapped[str] = mapped_column(sa.String(40), default="")
    choices_mac: Mapped[str] = mapped_column(sa.String(64), default="")
    ciphertext: Mapped[bytes | None] = mapped_column(default=None)
    agreed: Mapped[bool] = mapped_column(default=False)
    disputed: Mapped[str] = mapped_column(sa.String(20), default="")
    handed_back: Mapped[bool] = mapped_column(default=False)
