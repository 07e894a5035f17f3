"""Questionnaires in the database, for the tests."""

from datetime import timedelta

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.questionnaires.actions import Basics, create, publish, rewrite
from participatory.questionnaires.models import Questionnaire, QuestionnaireAnswer
from participatory.questionnaires.rules import Mode
from tests.factories import make_person
from tests.questionnaires.sheets import every_kind


def make_questionnaire(sheet=None, mode=Mode.ANONYMOUS, *, published=True, officer=None, title="La vie sur le campus"):
    officer = officer or make_person(roles=(Role.OFFICER,))
    moment = now()
    basics = Basics(title, "La Région s’en sert.", mode, moment - timedelta(days=1), moment + timedelta(days=20))
    with transaction():
        made = create(basics, officer, moment)
        rewrite(made.public_id, lambda _: sheet or every_kind(), officer, moment)
        if published:
            publish(made.public_id, officer, moment)
    return made


def close(questionnaire: Questionnaire) -> None:
    with transaction():
        row = db.session.get(Questionnaire, questionnaire.id)
        row.opens_at, row.closes_at = now() - timedelta(days=9), now() - timedelta(days=1)


def add_answers(questionnaire: Questionnaire, *contents, number=1) -> None:
    with transaction():
        db.session.add_all(
            QuestionnaireAnswer(questionnaire_id=questionnaire.id, number=number, content=content, person_id=None)
            for content in contents
        )
