"""What is kept of behaviour, apart from people and choices, and the networks that somebody has declared."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.permissions import Scope, ScopeKind
from participatory.integrity.rules import NetworkKind
from participatory.territories.models import Establishment


class Signal(Base):
    """How one act was done: when, from where, with what; never for what, and never by whom.

    `key` is one per act: the slot of an envelope for a ballot, a digest for the others. The sealing of the urn puts
    random ones in the place of the slots and leaves the hour alone of `at` (UTC). `network` and `prefix` are HMACs that
    change every day, but for the networks that thousands share, which keep their name; `device` is an HMAC, "" for
    none; `seconds` were spent in the booth, None where nobody knows; `stand` is the one on whose device it was done.
    """

    __tablename__ = "integrity_signal"
    # Without rowid, SQLite keeps rows by key: it holds no number that tells what came before what.
    __table_args__ = (sa.UniqueConstraint("round_id", "act", "key"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(64))
    target: Mapped[str] = mapped_column(sa.String(40), default="")
    person: Mapped[str] = mapped_column(sa.String(64), default="")
    site: Mapped[str] = mapped_column(sa.String(40), default="")
    at: Mapped[datetime]
    network: Mapped[str] = mapped_column(sa.String(64), default="")
    prefix: Mapped[str] = mapped_column(sa.String(64), default="")
    network_kind: Mapped[str] = mapped_column(sa.String(10))
    device: Mapped[str] = mapped_column(sa.String(64), default="")
    client: Mapped[str] = mapped_column(sa.String(40), default="")
    seconds: Mapped[float | None] = mapped_column(sa.Double, default=None)
    stand: Mapped[str] = mapped_column(sa.String(40), default="")


class NetworkRange(Base):
    """Addresses that somebody has declared: those of an establishment, or of nobody here (None).

    `cidr` is canonical ("192.0.2.0/24"); a range counts until `ended_at`. `origin` says in words where it comes from.
    """

    __tablename__ = "network_range"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    establishment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("establishment.id"), index=True)
    cidr: Mapped[str] = mapped_column(sa.String(43))
    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(10))
    origin: Mapped[str] = mapped_column(sa.String(200), default="")
    added_by: Mapped[str] = mapped_column(sa.String(40))
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    establishment: Mapped[Establishment | None] = relationship(lazy="joined")

    @property
    def network_kind(self) -> NetworkKind:
        """The kind as the enum that rules and labels know."""
        return NetworkKind(self.kind)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What a role that bears on this range may be limited to."""
        return () if self.establishment is None else (Scope(ScopeKind.ESTABLISHMENT, self.establishment.key),)
