"""People who ask to join a project, projects that are proposed to become one, projects proposed to become two."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Person
from participatory.mergers.rules import Answer, Outcome, SplitOutcome
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round


class JoinRequest(Base):
    """A person asks the authors of a project to write it with them; `answer` is empty until one of them answers."""

    __tablename__ = "join_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    message: Mapped[str] = mapped_column(sa.String(1000))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(sa.String(10), default=Answer.NONE.value)
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person] = relationship()


class Merger(Base):
    """Projects that become one, `kept`, once everybody who writes any of them agrees."""

    __tablename__ = "merger"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    message: Mapped[str] = mapped_column(sa.String(1000))
    proposed_at: Mapped[datetime]
    outcome_code: Mapped[str] = mapped_column(sa.String(10), default=Outcome.OPEN.value)
    ended_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    kept: Mapped[Proposal] = relationship()
    proposed_by: Mapped[Person | None] = relationship()
    parts: Mapped[list["MergerPart"]] = relationship(
        back_populates="merger", order_by="MergerPart.id", cascade="all, delete-orphan", passive_deletes=True
    )
    consents: Mapped[list["MergerConsent"]] = relationship(
        back_populates="merger", order_by="MergerConsent.id", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return Outcome(self.outcome_code)

    @property
    def others(self) -> list[Proposal]:
        """The projects that become the kept one."""
        return [each.proposal for each in self.parts if each.proposal_id != self.kept_id]


class MergerPart(Base):
    """One of the projects of a merger, with the version of its text on which people consent."""

    __tablename__ = "merger_part"
    __table_args__ = (sa.UniqueConstraint("merger_id", "proposal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(sa.ForeignKey("merger.id", ondelete="CASCADE"))
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    version: Mapped[int]

    merger: Mapped[Merger] = relationship(back_populates="parts")
    proposal: Mapped[Proposal] = relationship()


class MergerConsent(Base):
    """One of the people who write a project of a merger, and what they answered."""

    __tablename__ = "merger_consent"
    __table_args__ = (sa.UniqueConstraint("merger_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(sa.ForeignKey("merger.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    answer: Mapped[str] = mapped_column(sa.String(10), default=Answer.NONE.value)
    answered_at: Mapped[datetime | None]

    merger: Mapped[Merger] = relationship(back_populates="consents")
    person: Mapped[Person] = relationship()

    @property
    def said(self) -> Answer:
        """What they answered."""
        return Answer(self.answer)


class Split(Base):
    """A project, `source`, that becomes two once everybody who writes it agrees; `part` is the second one, once made.

    People consent on the text of `version`. `told_after` is the last account that was looked at to tell those who
    support the source that the part is public, `told_at` when all were.
    """

    __tablename__ = "split"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    carrier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    message: Mapped[str] = mapped_column(sa.String(1000))
    version: Mapped[int]
    proposed_at: Mapped[datetime]
    outcome_code: Mapped[str] = mapped_column(sa.String(10), default=SplitOutcome.OPEN.value)
    ended_at: Mapped[datetime | None]
    told_after: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    source: Mapped[Proposal] = relationship(foreign_keys=source_id)
    part: Mapped[Proposal | None] = relationship(foreign_keys=part_id)
    carrier: Mapped[Person | None] = relationship(foreign_keys=carrier_id)
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=proposed_by_id)
    consents: Mapped[list["SplitConsent"]] = relationship(
        back_populates="split", order_by="SplitConsent.id", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def outcome(self) -> SplitOutcome:
        """What became of it."""
        return SplitOutcome(self.outcome_code)

    @property
    def narrowed(self) -> bool:
        """Whether a new text of the source was submitted since the split was done."""
        submitted = self.source.submitted_at
        return self.ended_at is not None and submitted is not None and submitted > self.ended_at


class SplitConsent(Base):
    """One of the people who write a project that is proposed to become two, and what they answered."""

    __tablename__ = "split_consent"
    __table_args__ = (sa.UniqueConstraint("split_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    split_id: Mapped[int] = mapped_column(sa.ForeignKey("split.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    answer: Mapped[str] = mapped_column(sa.String(10), default=Answer.NONE.value)
    answered_at: Mapped[datetime | None]

    split: Mapped[Split] = relationship(back_populates="consents")
    person: Mapped[Person] = relationship()

    @property
    def said(self) -> Answer:
        """What they answered."""
        return Answer(self.answer)
