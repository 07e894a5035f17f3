"""Composing a questionnaire, keeping a draft, answering once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id, slugify
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.questionnaires import policy
from participatory.questionnaires.models import (
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireDraft,
    QuestionnairePart,
    QuestionnaireVersion,
)
from participatory.questionnaires.queries import draft_at, has_answered, is_begun
from participatory.questionnaires.rules import Mode, Sheet, as_data, faults


@dataclass(frozen=True)
class Basics:
    """What a questionnaire is, apart from its questions; dates in UTC."""

    title: str
    text: str
    mode: Mode
    opens_at: datetime
    closes_at: datetime


def create(basics: Basics, person: Person, now: datetime) -> Questionnaire:
    """Begin a questionnaire, without questions and seen by staff alone. Raises Refusal."""
    refuse_if(policy.can_compose(person))
    _check(basics, now)
    identifier = public_id()
    questionnaire = Questionnaire(
        public_id=identifier,
        slug=f"{slugify(basics.title, 'questionnaire')}-{identifier[:4]}",
        created_by=person.public_id,
        created_at=now,
        published_at=None,
    )
    _write(questionnaire, basics)
    questionnaire.versions.append(QuestionnaireVersion(number=1, content=as_data(Sheet(())), written_at=now))
    db.session.add(questionnaire)
    db.session.flush()
    record(Verb.QUESTIONNAIRE_CREATED, person.public_id, now, questionnaire=identifier, title=basics.title)
    return questionnaire


def change(identifier: str, basics: Basics, person: Person, now: datetime) -> Questionnaire:
    """Change the texts and dates; once somebody has begun, answers stay as anonymous as promised. Raises Refusal."""
    questionnaire = held(identifier)
    refuse_if(policy.can_change(questionnaire, person, now))
    _check(basics, now)
    if basics.mode is not questionnaire.mode and _has_begun(questionnaire):
        message = N_("Des personnes ont commencé à répondre : ce qui leur a été promis de leur nom ne change plus.")
        raise Refusal(message, Kind.CONFLICT, "mode")
    _write(questionnaire, basics)
    _record_change(questionnaire, person, now)
    return questionnaire


def _has_begun(questionnaire: Questionnaire) -> bool:
    return any(
        db.session.scalars(sa.select(table.key).where(table.questionnaire_id == questionnaire.id).limit(1)).first()
        for table in (QuestionnaireAnswer, QuestionnaireDraft)
    )


def _check(basics: Basics, now: datetime) -> None:
    if basics.closes_at <= basics.opens_at:
        raise Refusal(N_("La clôture vient après l’ouverture."), Kind.INVALID, "closes_at")
    if basics.closes_at <= now:
        raise Refusal(N_("Cette date est passée."), Kind.INVALID, "closes_at")


def _write(questionnaire: Questionnaire, basics: Basics) -> None:
    questionnaire.title, questionnaire.text, questionnaire.mode_code = basics.title, basics.text, basics.mode.value
    questionnaire.opens_at, questionnaire.closes_at = basics.opens_at, basics.closes_at


def rewrite(identifier: str, edit: Callable[[Sheet], Sheet], person: Person, now: datetime) -> Questionnaire:
    """Change the questions; a version that somebody has begun to answer stays, and another takes its place.

    Raises Refusal, also for a change that would leave a published questionnaire with a fault.
    """
    questionnaire = held(identifier)
    refuse_if(policy.can_change(questionnaire, person, now))
    before = questionnaire.latest
    sheet = edit(before.sheet)
    if sheet == before.sheet:
        return questionnaire
    if questionnaire.published_at is not None:
        _refuse_faults(sheet)
    if is_begun(questionnaire):
        version = QuestionnaireVersion(number=before.number + 1, content=as_data(sheet), written_at=now)
        questionnaire.versions.append(version)
    else:
        before.content, before.written_at = as_data(sheet), now
    db.session.flush()
    _record_change(questionnaire, person, now)
    return questionnaire


def _refuse_faults(sheet: Sheet) -> None:
    found = faults(sheet)
    if found:
        raise Refusal(found[0].message, Kind.INVALID, None, **found[0].values)


def _record_change(questionnaire: Questionnaire, person: Person, now: datetime) -> None:
    number = questionnaire.latest.number
    record(Verb.QUESTIONNAIRE_CHANGED, person.public_id, now, questionnaire=questionnaire.public_id, version=number)


def publish(identifier: str, person: Person, now: datetime) -> Questionnaire:
    """Show a questionnaire to everybody; it opens and closes by its dates. Raises Refusal."""
    questionnaire = held(identifier)
    refuse_if(policy.can_change(questionnaire, person, now))
    _refuse_faults(questionnaire.sheet)
    if questionnaire.closes_at <= now:
        raise Refusal(N_("Cette date est passée."), Kind.INVALID, "closes_at")
    if questionnaire.published_at is None:
        questionnaire.published_at = now
        record(Verb.QUESTIONNAIRE_PUBLISHED, person.public_id, now, questionnaire=questionnaire.public_id)
    return questionnaire


def keep_draft(
    questionnaire: Questionnaire, person: Person, key: str, answers: dict[str, Any], now: datetime
) -> QuestionnaireDraft:
    """Keep what a person has answered so far, under `key`. Raises Refusal."""
    refuse_if(policy.can_answer(questionnaire, has_answered(questionnaire, person), now))
    number, draft = questionnaire.latest.number, draft_at(key)
    if draft is None:
        draft = QuestionnaireDraft(key=key, questionnaire_id=questionnaire.id)
    draft.number, draft.content = number, answers
    db.session.add(draft)
    return draft


def send(
    questionnaire: Questionnaire,
    person: Person,
    key: str,
    answers: dict[str, Any],
    now: datetime,
    *,
    named: bool = False,
) -> None:
    """Take the answers of a person, once; they leave no row of the journal, which would tell when. Raises Refusal.

    The answer says nothing of whom it comes from where answers are anonymous; that they took part is kept apart.
    """
    refuse_if(policy.can_answer(questionnaire, has_answered(questionnaire, person), now))
    signed = questionnaire.mode is Mode.SIGNED
    number, draft = questionnaire.latest.number, draft_at(key)
    if draft is not None:
        db.session.delete(draft)
    db.session.add(QuestionnairePart(questionnaire_id=questionnaire.id, person_id=person.id))
    answer = QuestionnaireAnswer(
        questionnaire_id=questionnaire.id,
        number=number,
        content=answers,
        person_id=person.id if signed else None,
        named=signed and named,
    )
    db.session.add(answer)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Vous avez déjà répondu : chaque personne répond une fois.")) from error


def take_answers(identifier: str, person: Person, now: datetime) -> Questionnaire:
    """Note that a person of the staff takes the answers away to read them. Raises Refusal."""
    questionnaire = held(identifier)
    refuse_if(policy.can_take_answers(questionnaire, person, now))
    record(Verb.QUESTIONNAIRE_ANSWERS_READ, person.public_id, now, questionnaire=questionnaire.public_id)
    return questionnaire


def held(identifier: str) -> Questionnaire:
    """A questionnaire read afresh and held until the transaction ends; raises Refusal (NOT_FOUND)."""
    wanted = lock(sa.select(Questionnaire).where(Questionnaire.public_id == identifier))
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de questionnaire à cette adresse."), Kind.NOT_FOUND)
    return found
