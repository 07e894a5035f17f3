"""Supports, those left out of the count, the deeds of officers about them, and what the last look at them found."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class Support(Base):
    """A voter supports a project: once, by their pseudonym on the roll; the day and not the hour.

    `key` is random: it joins the support to the signals of how it was given, and nothing else. `flagged` is what the
    last look at the supports of the round said; it changes nothing by itself.
    """

    __tablename__ = "support"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "voter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    day: Mapped[date]
    flagged: Mapped[bool] = mapped_column(default=False)


class SupportLeftOut(Base):
    """A voter whose support of a project is not counted.

    It outlives the support, so that giving it again is no way around the decision.
    """

    __tablename__ = "support_left_out"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), primary_key=True, index=True)


class SupportDeed(Base):
    """An officer left supports out of the count of a project, or put them back, and said why; the reason is public."""

    __tablename__ = "support_deed"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    left_out: Mapped[bool]
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]


class SupportReading(Base):
    """What the last look at the supports of a project found: how many, how many look alike, which families saw it.

    `settled` once the vote has opened: the numbers outlive the roll, and the supports that go with it.
    """

    __tablename__ = "support_reading"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    given: Mapped[int]
    left_out: Mapped[int]
    flagged: Mapped[int]
    family_codes: Mapped[list[str]] = mapped_column(sa.JSON)
    settled: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime]
