"""Notices, the decisions that answer to them, and people who may not write for a time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Association, Person
from participatory.notices.rules import CONTEST_WITHIN, NUMBER_LENGTH, URGENT, Ground, Outcome, Side
from participatory.rounds.models import Round


class NoticeDecision(Base):
    """What a person decided of a text, for every notice about it that was open; contested once at most.

    `shown` is the text as it was; `provisional` says that it was hidden by rule before anybody had read it. `person_id`
    is whose text it is, for a text of one person.
    """

    __tablename__ = "notice_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(20), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    outcome_code: Mapped[str] = mapped_column(sa.String(12))
    ground_code: Mapped[str] = mapped_column(sa.String(20))
    facts: Mapped[str] = mapped_column(sa.Text)
    shown: Mapped[str] = mapped_column(sa.Text)
    provisional: Mapped[bool]
    by: Mapped[str] = mapped_column(sa.String(40))
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    decided_at: Mapped[datetime]
    side_code: Mapped[str] = mapped_column(sa.String(10), default="")
    contest: Mapped[str] = mapped_column(sa.Text, default="")
    contested_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_outcome_code: Mapped[str] = mapped_column(sa.String(12), default="")
    appeal_words: Mapped[str] = mapped_column(sa.Text, default="")
    appeal_by: Mapped[str] = mapped_column(sa.String(40), default="")
    appeal_at: Mapped[datetime | None] = mapped_column(default=None)

    round: Mapped[Round] = relationship()
    person: Mapped[Person | None] = relationship()
    association: Mapped[Association | None] = relationship()

    @property
    def outcome(self) -> Outcome:
        """What was decided first."""
        return Outcome(self.outcome_code)

    @property
    def ground(self) -> Ground:
        """Why."""
        return Ground(self.ground_code)

    @property
    def side(self) -> Side | None:
        """Who contests, None when nobody does."""
        return Side(self.side_code) if self.side_code else None

    @property
    def appeal_outcome(self) -> Outcome | None:
        """What another person decided of the text, None before."""
        return Outcome(self.appeal_outcome_code) if self.appeal_outcome_code else None

    @property
    def standing(self) -> Outcome:
        """What holds at present."""
        return self.appeal_outcome or self.outcome

    @property
    def contestable_until(self) -> datetime:
        """Until when it may be contested (UTC)."""
        return self.decided_at + CONTEST_WITHIN


class Notice(Base):
    """Somebody reported a public text; no account is noted, and the address left goes with the decision.

    `form_key` is drawn with the form: sent twice, it makes one notice. `network` is a seal of the day, for the pace of
    urgent notices; `hid` says that this one hid the text until somebody decides, `assigned_id` whom it was sent to.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=lambda: public_id(NUMBER_LENGTH))
    form_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(20), index=True)
    ground_code: Mapped[str] = mapped_column(sa.String(20))
    explanation: Mapped[str] = mapped_column(sa.Text)
    shown: Mapped[str] = mapped_column(sa.Text)
    contact: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    locale: Mapped[str] = mapped_column(sa.String(5))
    network: Mapped[str] = mapped_column(sa.String(80), default="")
    hid: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    assigned_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    late_told_at: Mapped[datetime | None] = mapped_column(default=None)
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice_decision.id"), index=True)

    round: Mapped[Round] = relationship()
    assigned: Mapped[Person | None] = relationship()
    decision: Mapped[NoticeDecision | None] = relationship()

    @property
    def ground(self) -> Ground:
        """Why the text is reported."""
        return Ground(self.ground_code)

    @property
    def urgent(self) -> bool:
        """Whether a person must decide within a day."""
        return self.ground in URGENT


class SpeakingBlock(Base):
    """Somebody may not write in public until a date, after a text of theirs was hidden; they vote all the same.

    `ended_at` is when somebody lifted it before its end.
    """

    __tablename__ = "speaking_block"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_decision.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    contest: Mapped[str] = mapped_column(sa.Text, default="")
    contested_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_words: Mapped[str] = mapped_column(sa.Text, default="")
    appeal_by: Mapped[str] = mapped_column(sa.String(40), default="")
    appeal_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship()
    decision: Mapped[NoticeDecision] = relationship()

    def holds(self, now: datetime) -> bool:
        """Whether it holds at this instant (UTC)."""
        return self.ended_at is None and now < self.ends_at
