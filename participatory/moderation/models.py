"""What moderation keeps: decisions and the opinions that lead to them, who reads what, links, notes, texts to reuse."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Association, Person
from participatory.moderation.rules import ARTICLES, Article, LinkKind, Manner, Outcome, Question, Reason
from participatory.proposals.models import Proposal


class Worded:
    """What a decision and an opinion have in common: an outcome, its reason, and how it was reached."""

    outcome_code: Mapped[str] = mapped_column(sa.String(20))
    reason_code: Mapped[str | None] = mapped_column(sa.String(30))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    # What in the project led to it, apart from the judgement.
    facts: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    manner_code: Mapped[str] = mapped_column(sa.String(10), default=Manner.HUMAN.value, server_default="human")
    question_codes: Mapped[list[str]] = mapped_column(sa.JSON, default=list, server_default="[]")

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        return Outcome(self.outcome_code)

    @property
    def reason(self) -> Reason | None:
        """The reason of the rulebook; None for an admission."""
        return Reason(self.reason_code) if self.reason_code else None

    @property
    def article(self) -> Article | None:
        """The article of the published rulebook that the reason comes from."""
        return ARTICLES[self.reason] if self.reason else None

    @property
    def manner(self) -> Manner:
        """Whether a program helped the person who decided."""
        return Manner(self.manner_code)

    @property
    def questions(self) -> list[Question]:
        """The questions of the charter that were answered by yes."""
        return [Question(code) for code in self.question_codes]


class Decision(Worded, Base):
    """What was decided on one version of a proposal, and why; one decision a version.

    `association` is None where the Region's officer decided. A refusal names two associations; the second one
    is None only where the officer took its place. `reply` is what the author answered, published beside it.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    version: Mapped[int]
    moderator_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    second_association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    decided_at: Mapped[datetime]
    reply: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    replied_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    moderator: Mapped[Person] = relationship()
    association: Mapped[Association | None] = relationship(lazy="joined", foreign_keys=association_id)
    second_association: Mapped[Association | None] = relationship(lazy="joined", foreign_keys=second_association_id)
    appeal: Mapped["Appeal | None"] = relationship(back_populates="decision", lazy="joined")


class Opinion(Worded, Base):
    """One step of a refusal on one version: proposed (1), confirmed or disputed (2), settled (3)."""

    __tablename__ = "moderation_opinion"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "version", "position"),
        sa.UniqueConstraint("proposal_id", "version", "association_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    version: Mapped[int]
    position: Mapped[int]
    moderator_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    given_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    moderator: Mapped[Person] = relationship()
    association: Mapped[Association | None] = relationship(lazy="joined")


class Appeal(Base):
    """An author asks that a refusal be looked at again: by whom, drawn how, by when, and what came of it.

    The draw can be done again by anybody: `candidates` are sorted names, `seed` is a SHA-256 in hexadecimal.
    `decided_for` is None where the Region's officer answered.
    """

    __tablename__ = "moderation_appeal"
    __table_args__ = (sa.Index("ix_moderation_appeal_due", "outcome_code", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation_decision.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    seed: Mapped[str] = mapped_column(sa.String(64))
    candidates: Mapped[list[str]] = mapped_column(sa.JSON)
    drawn_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    outcome_code: Mapped[str | None] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    decided_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(back_populates="appeal")
    drawn: Mapped[Association | None] = relationship(lazy="joined", foreign_keys=drawn_id)
    decided_for: Mapped[Association | None] = relationship(lazy="joined", foreign_keys=decided_for_id)

    @property
    def outcome(self) -> Outcome | None:
        """ADMIT or REFUSE once it is answered."""
        return Outcome(self.outcome_code) if self.outcome_code else None


class Claim(Base):
    """Somebody is reading a case, until an instant; at most one that nobody has given back for each project."""

    __tablename__ = "moderation_claim"
    __table_args__ = (
        sa.Index(
            "uq_moderation_claim_open",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    taken_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    association: Mapped[Association | None] = relationship(lazy="joined")


class Recusal(Base):
    """Somebody left a case to others, with a word that only moderators read."""

    __tablename__ = "moderation_recusal"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"))
    words: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime]

    association: Mapped[Association] = relationship(lazy="joined")


class Link(Base):
    """What ties somebody who moderates for `association` to another one; past funding ties the two associations."""

    __tablename__ = "moderation_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"))
    kind_code: Mapped[str] = mapped_column(sa.String(20))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"), index=True)
    words: Mapped[str] = mapped_column(sa.String(200), default="")
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    other: Mapped[Association] = relationship(lazy="joined", foreign_keys=other_id)

    @property
    def kind(self) -> LinkKind:
        """What ties them."""
        return LinkKind(self.kind_code)


class Note(Base):
    """What moderators tell each other about a case; neither the author nor the public reads it."""

    __tablename__ = "moderation_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    association: Mapped[Association | None] = relationship(lazy="joined")


class ReplyModel(Base):
    """A text that an association reuses in its answers."""

    __tablename__ = "moderation_reply_model"
    __table_args__ = (sa.UniqueConstraint("association_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"))
    title: Mapped[str] = mapped_column(sa.String(80))
    outcome_code: Mapped[str] = mapped_column(sa.String(20))
    reason_code: Mapped[str | None] = mapped_column(sa.String(30))
    text: Mapped[str] = mapped_column(sa.Text)
    changed_by: Mapped[str] = mapped_column(sa.String(40))
    changed_at: Mapped[datetime]

    @property
    def outcome(self) -> Outcome:
        """The decision that the text goes with."""
        return Outcome(self.outcome_code)


class Draw(Base):
    """A drawn sample of decisions to be read a second time; `decisions` and `drawn` name them as `project:version`."""

    __tablename__ = "moderation_draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    seed: Mapped[str] = mapped_column(sa.String(64))
    decisions: Mapped[list[str]] = mapped_column(sa.JSON)
    drawn: Mapped[list[str]] = mapped_column(sa.JSON)
    at: Mapped[datetime]


class Reading(Base):
    """The second reading of a decision by somebody who did not see it; nothing of it changes the decision."""

    __tablename__ = "moderation_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation_draw.id"), index=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation_decision.id", ondelete="CASCADE"), unique=True)
    outcome_code: Mapped[str | None] = mapped_column(sa.String(20))
    reason_code: Mapped[str | None] = mapped_column(sa.String(30))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    read_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship()
