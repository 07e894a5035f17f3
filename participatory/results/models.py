"""The count and its publication: frozen documents, the same bytes for everyone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base
from participatory.rounds.rulebook import MAIN_CONTEST


class Count(Base):
    """A count of one contest of the sealed round, seen by officers only until it is published."""

    __tablename__ = "count"
    __table_args__ = (sa.UniqueConstraint("round_id", "contest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    contest: Mapped[str] = mapped_column(sa.String(40), default=MAIN_CONTEST)
    document: Mapped[str] = mapped_column(sa.Text)
    # The `.pb` text with which it can be counted again; empty for a count from before it was kept.
    election: Mapped[str] = mapped_column(sa.Text, default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    counted_by: Mapped[str] = mapped_column(sa.String(40))
    counted_at: Mapped[datetime]


class Publication(Base):
    """A published result of one contest; a correction is a new edition with its reason."""

    __tablename__ = "publication"
    __table_args__ = (sa.UniqueConstraint("round_id", "contest", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    contest: Mapped[str] = mapped_column(sa.String(40), default=MAIN_CONTEST)
    edition: Mapped[int]
    document: Mapped[str] = mapped_column(sa.Text)
    election: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    published_by: Mapped[str] = mapped_column(sa.String(40))
    published_at: Mapped[datetime]


class CountingRun(Base):
    """An opening of the urn under way: how far it has come, so that a failure is seen and taken up again.

    The shares and the key are never here. `beat_at` is the last sign of life (UTC); `error` is in plain words.
    """

    __tablename__ = "counting_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    started_by: Mapped[str] = mapped_column(sa.String(40))
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    # running, failed or done
    state: Mapped[str] = mapped_column(sa.String(10))
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    # Ballots that decrypt to nothing legal, and codes that two ballots claimed: counted, told, never shown.
    void: Mapped[int] = mapped_column(default=0)
    blanked: Mapped[int] = mapped_column(default=0)
