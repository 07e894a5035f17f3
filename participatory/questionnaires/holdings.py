"""What questionnaires hold about people: that they took part, what they signed, a draft until they send it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Erasure,
    Holding,
    Kept,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_retention,
)
from participatory.privacy.rules import Task
from participatory.privacy.wording import said
from participatory.questionnaires.files import files_in, forget_files
from participatory.questionnaires.models import (
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireDraft,
    QuestionnairePart,
)
from participatory.questionnaires.pages import file_store
from participatory.questionnaires.queries import draft_key, parts_of, questionnaires, signed_by
from participatory.web.settings import secret_store

SECRET = "questionnaire"  # noqa: S105 — the name of the secret, not its value.


def own_key(questionnaire: Questionnaire, person: Person) -> str:
    """Under which key the draft of a person is kept."""
    return draft_key(secret_store().get(SECRET, questionnaire.public_id), questionnaire, person)


def _drafts(person: Person) -> list[tuple[Questionnaire, QuestionnaireDraft]]:
    found = ((each, db.session.get(QuestionnaireDraft, own_key(each, person))) for each in questionnaires())
    return [(each, draft) for each, draft in found if draft is not None]


def _held(person: Person, now: datetime) -> Holding | None:
    parts, drafts = parts_of(person), _drafts(person)
    if not (parts or drafts):
        return None
    signed = {each.questionnaire_id: each for each in signed_by(person)}
    rows = (
        *((each.title, said(N_("vous y avez répondu"))) for each in parts),
        *((each.title, said(N_("réponse commencée"))) for each, _ in drafts),
    )
    data = {
        "answered": [
            {"questionnaire": each.title, "answers": signed[each.id].content if each.id in signed else None}
            for each in parts
        ],
        "begun": [{"questionnaire": each.title, "answers": draft.content} for each, draft in drafts],
    }
    note = said(N_("Une réponse anonyme n’est reliée à personne : nous ne pouvons ni la retrouver, ni la montrer."))
    return Holding(_kept(), rows, (note,), data)


def _kept() -> str:
    return said(N_("autant que le compte ; une réponse commencée, jusqu’à la clôture du questionnaire"))


def _foresee(person: Person, now: datetime) -> Erasure:
    parts, drafts = parts_of(person), _drafts(person)
    if not (parts or drafts):
        return Erasure()
    number = len(parts) + len(drafts)
    goes = ngettext("Votre nom à %(num)s questionnaire.", "Votre nom à %(num)s questionnaires.", number)
    stays = Kept(said(N_("Ce que vous avez répondu")), said(N_("sans nom : il compte dans des résultats")))
    return Erasure((str(goes),), (stays,) if parts else ())


def _erase(person: Person, now: datetime) -> None:
    """Take the name off: the answers stay in the counts, where nobody is named."""
    drafts = [draft for _, draft in _drafts(person)]
    files = files_in(draft.content for draft in drafts)
    for draft in drafts:
        db.session.delete(draft)
    forget_files(files, file_store())
    unnamed = sa.update(QuestionnaireAnswer).where(QuestionnaireAnswer.person_id == person.id)
    db.session.execute(unnamed.values(person_id=None, named=False))
    db.session.execute(sa.delete(QuestionnairePart).where(QuestionnairePart.person_id == person.id))


def _over(moment: datetime) -> Sequence[tuple[Questionnaire, int]]:
    """The questionnaires closed by an instant of which drafts are still held, with their number."""
    counted = (
        sa.select(Questionnaire, sa.func.count(QuestionnaireDraft.key))
        .join(QuestionnaireDraft, QuestionnaireDraft.questionnaire_id == Questionnaire.id)
        .where(Questionnaire.closes_at <= moment)
        .group_by(Questionnaire.id)
        .order_by(Questionnaire.id)
    )
    return [(questionnaire, number) for questionnaire, number in db.session.execute(counted)]


def _coming(moment: datetime) -> Sequence[Coming]:
    return [Coming(number, questionnaire.closes_at) for questionnaire, number in _over(moment)]


def _batch(now: datetime, most: int) -> Deleted | None:
    due = _over(now)
    if not due:
        return None
    wanted = sa.select(QuestionnaireDraft).where(QuestionnaireDraft.questionnaire_id == due[0][0].id).limit(most)
    drafts = db.session.scalars(wanted).all()
    files = files_in(draft.content for draft in drafts)
    for draft in drafts:
        db.session.delete(draft)
    forget_files(files, file_store())
    return Deleted(len(drafts))


def offer(app: Flask) -> None:
    """Enter questionnaires into the register, into deletions and into the daily job."""
    processing = Processing(
        "questionnaires",
        N_("Questionnaires auxquels vous avez répondu"),
        N_("Que vous avez répondu, et ce que vous avez signé ; jamais ce que vous avez répondu anonymement"),
        N_("compter une réponse par personne, et tenir compte de ce qui est répondu"),
        N_("vous ; la Région, ce que vous signez ; tout le monde, ce que vous acceptez de publier sous votre nom"),
        _kept,
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    title = N_("Réponses commencées à un questionnaire clos")
    kept = N_("jusqu’à la clôture du questionnaire")
    offer_retention(app, Retention("questionnaire_drafts", title, lambda: said(kept), _coming, _batch))
