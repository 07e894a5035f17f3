"""Packages of codes on paper, and their sheets."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.permissions import Scope, ScopeKind
from participatory.printed_codes.rules import Life, serial_of
from participatory.rounds.models import Round
from participatory.territories.models import Establishment


class CodePackage(Base):
    """Sheets for the counter of one establishment and for one round; they open nothing after `expires_at`.

    `counted` is what the clerk counted when the package was closed: numbers by state.
    """

    __tablename__ = "code_package"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    label: Mapped[str] = mapped_column(sa.String(8), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"), index=True)
    size: Mapped[int]
    expires_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(sa.String(40))
    made_at: Mapped[datetime]
    # Whoever printed has seen the codes: somebody else hands the sheets over.
    printed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    printed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    counted: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, default=None)
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    round: Mapped[Round] = relationship()
    establishment: Mapped[Establishment] = relationship()

    @property
    def scopes(self) -> tuple[Scope, Scope]:
        """What a role that bears on this package may be limited to."""
        return (self.round.scope, Scope(ScopeKind.ESTABLISHMENT, self.establishment.key))


class PrintedCode(Base):
    """A sheet: the HMAC of its code and what became of it, by days so that no instant hints at who voted when.

    `holder` is what was shown at the counter, sealed; `voter` the pseudonym of that line of the
    roll. Both are there only while the code waits to be used: one live code for one voter.
    """

    __tablename__ = "printed_code"
    __table_args__ = (sa.UniqueConstraint("package_id", "position"), sa.UniqueConstraint("round_id", "voter"))

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(sa.ForeignKey("code_package.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    position: Mapped[int]
    code_mac: Mapped[str] = mapped_column(sa.String(64), unique=True)
    holder: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    voter: Mapped[str | None] = mapped_column(sa.String(64), default=None)
    wrong_addresses: Mapped[int] = mapped_column(default=0)
    handed_on: Mapped[date | None] = mapped_column(default=None)
    used_on: Mapped[date | None] = mapped_column(default=None)
    returned_on: Mapped[date | None] = mapped_column(default=None)
    voided_on: Mapped[date | None] = mapped_column(default=None)

    package: Mapped[CodePackage] = relationship()

    @property
    def serial(self) -> str:
        """The number printed on the sheet."""
        return serial_of(self.package.label, self.position)

    @property
    def life(self) -> Life:
        """What happened to the sheet, as the rules know it."""
        return Life(self.handed_on, self.used_on, self.returned_on, self.voided_on, self.package.expires_at)
