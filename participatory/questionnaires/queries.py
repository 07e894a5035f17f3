"""Finding questionnaires, drafts and answers."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.questionnaires.models import (
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireDraft,
    QuestionnairePart,
)
from participatory.questionnaires.rules import LEAST
from participatory.questionnaires.rules_composing import unchanged
from participatory.questionnaires.rules_results import Answers, Result, results


def questionnaires() -> Sequence[Questionnaire]:
    """All of them, the latest to open first."""
    return db.session.scalars(sa.select(Questionnaire).order_by(Questionnaire.opens_at.desc(), Questionnaire.id)).all()


def published() -> Sequence[Questionnaire]:
    """Those that everybody sees, the latest to open first."""
    wanted = sa.select(Questionnaire).where(Questionnaire.published_at.is_not(None))
    return db.session.scalars(wanted.order_by(Questionnaire.opens_at.desc(), Questionnaire.id)).all()


def questionnaire_by(*, slug: str = "", public_id: str = "") -> Questionnaire:
    """A questionnaire by its address or its identifier; raises Refusal (NOT_FOUND)."""
    wanted = Questionnaire.slug == slug if slug else Questionnaire.public_id == public_id
    found = db.session.scalars(sa.select(Questionnaire).where(wanted)).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de questionnaire à cette adresse."), Kind.NOT_FOUND)
    return found


def draft_key(secret: bytes, questionnaire: Questionnaire, person: Person) -> str:
    """Under which key the draft of a person is kept: nobody computes it from the database alone."""
    said = f"{questionnaire.public_id}|{person.public_id}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def draft_at(key: str) -> QuestionnaireDraft | None:
    """The draft kept under a key."""
    return db.session.get(QuestionnaireDraft, key)


def has_answered(questionnaire: Questionnaire, person: Person) -> bool:
    """Whether a person has taken part."""
    return db.session.get(QuestionnairePart, (questionnaire.id, person.id)) is not None


def parts_of(person: Person) -> Sequence[Questionnaire]:
    """The questionnaires that a person has answered, the latest first."""
    wanted = sa.select(Questionnaire).join(QuestionnairePart, QuestionnairePart.questionnaire_id == Questionnaire.id)
    wanted = wanted.where(QuestionnairePart.person_id == person.id)
    return db.session.scalars(wanted.order_by(Questionnaire.id.desc())).all()


def signed_by(person: Person) -> Sequence[QuestionnaireAnswer]:
    """The answers that bear the name of a person."""
    wanted = sa.select(QuestionnaireAnswer).where(QuestionnaireAnswer.person_id == person.id)
    return db.session.scalars(wanted.order_by(QuestionnaireAnswer.key)).all()


def people_in(questionnaire: Questionnaire) -> int:
    """How many people have answered."""
    wanted = sa.select(sa.func.count()).select_from(QuestionnaireAnswer)
    return db.session.scalar(wanted.where(QuestionnaireAnswer.questionnaire_id == questionnaire.id)) or 0


def is_begun(questionnaire: Questionnaire) -> bool:
    """Whether somebody has answered the latest version, or has begun to."""
    number = questionnaire.latest.number
    return any(
        db.session.scalars(
            sa.select(table.key).where(table.questionnaire_id == questionnaire.id, table.number == number).limit(1)
        ).first()
        for table in (QuestionnaireAnswer, QuestionnaireDraft)
    )


def answers_to(questionnaire: Questionnaire) -> Sequence[QuestionnaireAnswer]:
    """All the answers, in the order of their random keys."""
    wanted = sa.select(QuestionnaireAnswer).where(QuestionnaireAnswer.questionnaire_id == questionnaire.id)
    wanted = wanted.options(joinedload(QuestionnaireAnswer.person)).order_by(QuestionnaireAnswer.key)
    return db.session.scalars(wanted).all()


def results_of(questionnaire: Questionnaire) -> list[Result]:
    """What is published; an answer to an earlier version counts for the questions that were asked in the same words."""
    return results(questionnaire.sheet, comparable(questionnaire, answers_to(questionnaire)))


def comparable(questionnaire: Questionnaire, rows: Sequence[QuestionnaireAnswer]) -> list[Answers]:
    """Of each answer, what was said of the questions that the latest version still asks in the same words."""
    same = {each.number: unchanged(questionnaire.sheet, each.sheet) for each in questionnaire.versions}
    return [{key: said for key, said in row.content.items() if same[row.number](key)} for row in rows]


def said_in_public(questionnaire: Questionnaire, key: str) -> list[tuple[str, str]]:
    """The texts that people signed and agreed to see published, with their names."""
    same = {each.number: unchanged(questionnaire.sheet, each.sheet) for each in questionnaire.versions}
    return [
        (row.person.display_name, row.content[key])
        for row in answers_to(questionnaire)
        if row.named and row.person is not None and key in row.content and same[row.number](key)
    ]


def enough(questionnaire: Questionnaire, now: datetime) -> bool:
    """Whether enough people answered for their number to be told."""
    return questionnaire.is_over(now) and people_in(questionnaire) >= LEAST
