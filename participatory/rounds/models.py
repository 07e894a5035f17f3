"""A round, its dates, and every version of its rulebook."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.permissions import Scope, ScopeKind
from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules import DATED, Calendar, Phase


class Round(Base):
    """One edition of a student budget."""

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(400))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    # Empty for a round of our own; for an imported election, where it comes from and its licence.
    origin: Mapped[str] = mapped_column(sa.Text, default="")
    # ISO 4217: our own rounds are in euros; an imported election keeps its own, XXX when it names none.
    currency: Mapped[str] = mapped_column(sa.String(3), default="EUR")
    created_at: Mapped[datetime]

    announcement_at: Mapped[datetime]
    submission_at: Mapped[datetime]
    review_at: Mapped[datetime]
    voting_at: Mapped[datetime]
    control_at: Mapped[datetime]
    results_at: Mapped[datetime]
    delivery_at: Mapped[datetime]

    versions: Mapped[list["RulebookVersion"]] = relationship(
        back_populates="round", lazy="selectin", order_by="RulebookVersion.version"
    )

    @property
    def calendar(self) -> Calendar:
        """The dates as the rules know them."""
        return Calendar(
            self.announcement_at,
            self.submission_at,
            self.review_at,
            self.voting_at,
            self.control_at,
            self.results_at,
            self.delivery_at,
        )

    def phase(self, now: datetime) -> Phase:
        """The phase in force, derived from the dates."""
        return self.calendar.phase_at(now)

    @property
    def current_version(self) -> "RulebookVersion":
        """The rulebook in force: the last one adopted."""
        return self.versions[-1]

    @property
    def rulebook(self) -> Rulebook:
        """The parameters in force."""
        return self.current_version.rulebook

    @property
    def mark(self) -> str:
        """A digest of all that may be edited: what an editor saw is compared with it before it is replaced."""
        dates = [self.calendar.starts(phase).isoformat() for phase in DATED]
        seen = [self.title, self.summary, self.description, *dates, str(self.current_version.version)]
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]

    @property
    def scope(self) -> Scope:
        """What a role limited to this round is limited to."""
        return Scope(ScopeKind.ROUND, self.public_id)

    @property
    def imported(self) -> bool:
        """Whether the round was brought in from another platform."""
        return bool(self.origin)


class RulebookVersion(Base):
    """A rulebook as it was adopted; never changed, a new version replaces it."""

    __tablename__ = "rulebook_version"
    __table_args__ = (sa.UniqueConstraint("round_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    version: Mapped[int]
    document: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    adopted_by: Mapped[str] = mapped_column(sa.String(40))
    adopted_at: Mapped[datetime]

    round: Mapped[Round] = relationship(back_populates="versions")

    @property
    def rulebook(self) -> Rulebook:
        """The typed parameters."""
        return Rulebook.from_json(self.document)
