"""Questionnaires and their versions; who has taken part; the answers, apart from it."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Person
from participatory.questionnaires.rules import Mode, Sheet, from_data

# Without rowid, SQLite keeps rows by key: it holds no number that tells who came before whom.
_NO_ORDER = {"sqlite_with_rowid": False}


def random_key() -> str:
    """A key that tells nothing of when it was drawn."""
    return secrets.token_hex(16)


class Questionnaire(Base):
    """What is asked, from when to when (UTC), and whether answers bear names. `published_at`: shown to everybody."""

    __tablename__ = "questionnaire"
    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text)
    mode_code: Mapped[str] = mapped_column(sa.String(10))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    # Public identifier of the member of staff.
    created_by: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    versions: Mapped[list["QuestionnaireVersion"]] = relationship(order_by="QuestionnaireVersion.number")

    @property
    def mode(self) -> Mode:
        """Whether answers bear names."""
        return Mode(self.mode_code)

    @property
    def latest(self) -> "QuestionnaireVersion":
        """What is asked at present."""
        return self.versions[-1]

    @property
    def sheet(self) -> Sheet:
        """The questions of the latest version."""
        return self.latest.sheet

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken at this instant (UTC)."""
        return self.published_at is not None and self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Whether everybody had their time."""
        return self.published_at is not None and self.closes_at <= now


class QuestionnaireVersion(Base):
    """The questions in the words in which they were asked; one that has an answer never changes."""

    __tablename__ = "questionnaire_version"

    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    written_at: Mapped[datetime]

    @property
    def sheet(self) -> Sheet:
        """The questions."""
        return from_data(self.content)


class QuestionnairePart(Base):
    """A person has answered a questionnaire: once. Neither when, nor what."""

    __tablename__ = "questionnaire_part"
    __table_args__ = (_NO_ORDER,)

    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)


class QuestionnaireDraft(Base):
    """What somebody has answered so far. `key`: HMAC of their account under a secret outside the database."""

    __tablename__ = "questionnaire_draft"
    __table_args__ = (_NO_ORDER,)

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class QuestionnaireAnswer(Base):
    """What somebody answered. `person_id` stays empty where answers are anonymous; `named`: they agree to be named."""

    __tablename__ = "questionnaire_answer"
    __table_args__ = (sa.CheckConstraint("person_id IS NOT NULL OR NOT named", name="named_has_name"), _NO_ORDER)

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=random_key)
    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    named: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person | None] = relationship()
