"""Composing, answering, publishing; wrong role, wrong phase, twice at once, hostile values."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.privacy.actions import delete_account
from participatory.privacy.retention import run
from participatory.questionnaires.actions import held
from participatory.questionnaires.actions import send as send_answers
from participatory.questionnaires.models import (
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireDraft,
    QuestionnairePart,
)
from participatory.questionnaires.pages import file_store
from participatory.questionnaires.rules import Kind, Mode
from tests.factories import make_person, sign_in
from tests.identity.test_races import at_once
from tests.questionnaires.sheets import every_kind, question, sheet
from tests.questionnaires.world import add_answers, close, make_questionnaire


def address(questionnaire, part=""):
    return f"/questionnaires/{questionnaire.slug}{part}"


def send(client, questionnaire, **fields):
    data = {"act": "send", "version": "1"} | {f"q-{key}": value for key, value in fields.items()}
    return client.post(address(questionnaire, "/reponse"), data=data)


def rows(table):
    return db.session.scalars(sa.select(table)).all()


@pytest.fixture
def student(client):
    person = make_person()
    sign_in(client, person)
    return person


def test_a_questionnaire_is_composed_previewed_and_published_by_an_officer(client):
    officer = make_person(roles=(Role.OFFICER,))
    sign_in(client, officer)
    day = now() - timedelta(days=1)
    texts = {"title": "Repas", "text": "Pour décider.", "mode": "anonymous"}
    dates = {"opens_at": day.isoformat()[:16], "closes_at": (day + timedelta(days=9)).isoformat()[:16]}
    where = client.post("/gestion/questionnaires", data=texts | dates).location
    typed = {"section": "Le midi", "kind": "single", "label": "Où mangez-vous ?", "options": "Au resto U\nChez moi"}
    assert client.post(f"{where}/questions/nouvelle", data=typed).status_code == 303
    later = {"section": "Le midi", "kind": "text", "label": "Pourquoi ?", "asked_after": "q1", "asked_if": "Chez moi"}
    assert client.post(f"{where}/questions/nouvelle", data=later).status_code == 303
    assert "Où mangez-vous" in client.get(f"{where}/apercu").text
    assert client.post(f"{where}/questions/q1/bouger", data={"act": "down"}).status_code == 303
    assert "ne vient pas avant" in client.get(where).text
    assert client.post(f"{where}/publier").status_code == 422
    client.post(f"{where}/questions/q1/bouger", data={"act": "up"})
    assert client.post(f"{where}/publier").status_code == 303
    made = rows(Questionnaire)[0]
    assert made.sheet.question("q2").condition.any_of == ("c2",)
    assert "Chez moi" in client.get(f"{where}/questions/q2").text
    assert "Repas" in client.get("/questionnaires").text


def test_a_student_answers_with_every_kind_and_is_not_asked_again(client, student):
    asked = make_questionnaire()
    page = client.get(address(asked)).text
    assert "0 sur 8" in page
    answer = send(client, asked, text="Bonjour", single="a", multiple=["a", "c"], scale="3", number="12,5", why="Oui",
                  ranking=["b", "a"], **{"matrix-r1": "c"})  # fmt: skip
    assert answer.status_code == 303
    assert "Vous avez répondu" in client.get(address(asked)).text
    assert rows(QuestionnaireAnswer)[0].content["ranking"] == ["b", "a"]
    assert send(client, asked, single="a").status_code == 409
    assert len(rows(QuestionnaireAnswer)) == 1


def test_an_anonymous_answer_names_nobody_and_no_draft_stays(client, student):
    asked = make_questionnaire(sheet(question(Kind.TEXT)))
    client.post(address(asked, "/reponse"), data={"act": "keep", "q-one": "Un secret"})
    assert student.public_id not in rows(QuestionnaireDraft)[0].key
    assert "Un secret" in client.get(address(asked)).text
    assert send(client, asked, one="Un secret", named="1").status_code == 303
    answer = rows(QuestionnaireAnswer)[0]
    assert (answer.person_id, answer.named) == (None, False)
    assert rows(QuestionnaireDraft) == []
    assert set(QuestionnairePart.__table__.columns.keys()) == {"questionnaire_id", "person_id"}
    assert not {"at", "day"} & set(QuestionnaireAnswer.__table__.columns.keys())


def test_nothing_in_the_database_tells_the_order_of_answers(app):
    for table in ("questionnaire_part", "questionnaire_draft", "questionnaire_answer"):
        made = db.session.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
        assert "WITHOUT ROWID" in made


def test_what_is_missing_is_said_and_what_was_typed_stays(client, student):
    asked = make_questionnaire(sheet(question(Kind.TEXT), question(Kind.SINGLE, "two", required=True)))
    page = send(client, asked, one="Déjà écrit")
    assert page.status_code == 422
    assert "Choisissez une réponse." in page.text
    assert "Déjà écrit" in page.text
    assert rows(QuestionnaireAnswer) == []


def test_autosave_answers_with_the_questions_that_come_or_go(client, student):
    asked = make_questionnaire()
    fields = {"act": "autosave", "q-single": "a"}
    part = client.post(address(asked, "/reponse"), data=fields, headers={"HX-Request": "true"}).text
    assert "innerHTML:#question-why" in part
    assert 'name="q-why"' in part
    assert "1 sur 9" in part
    gone = client.post(address(asked, "/reponse"), data={"act": "autosave"}, headers={"HX-Request": "true"}).text
    assert "innerHTML:#question-why" in gone
    assert 'name="q-why"' not in gone


def test_a_ranking_is_made_with_buttons_without_javascript(client, student):
    asked = make_questionnaire(sheet(question(Kind.RANKING)))
    for placed, move in (([], "b:place"), (["b"], "a:place"), (["b", "a"], "a:up")):
        client.post(address(asked, "/reponse"), data={"q-one": placed, "move": f"one:{move}"})
    assert rows(QuestionnaireDraft)[0].content == {"one": ["a", "b"]}
    page = client.get(address(asked)).text
    assert page.index('value="a"') < page.index('value="b"')


@pytest.mark.parametrize(
    "fields",
    [
        {"single": "z"},
        {"scale": "99"},
        {"number": "1e400"},
        {"ranking": ["a", "z"]},
        {"matrix-r1": "<script>"},
        {"text": "x" * 5000},
        {"multiple": ["a", "' OR 1=1"]},
    ],
)
def test_a_hostile_value_is_said_and_counts_for_nothing(client, student, fields):
    asked = make_questionnaire()
    assert send(client, asked, **fields).status_code == 422
    assert rows(QuestionnaireAnswer) == []


def test_a_hidden_field_cannot_name_the_file_of_somebody_else(client, student):
    asked = make_questionnaire(sheet(question(Kind.FILE)))
    assert send(client, asked, one="0" * 32 + ".pdf").status_code == 303
    assert rows(QuestionnaireAnswer)[0].content == {}


def test_a_file_is_held_to_the_rules_of_the_house(client, student):
    asked = make_questionnaire(sheet(question(Kind.FILE)))
    keep = {"act": "keep"}
    bad = client.post(address(asked, "/reponse"), data=keep | {"q-one-new": (io.BytesIO(b"MZ..."), "a.pdf")})
    assert bad.status_code == 422
    good = client.post(address(asked, "/reponse"), data=keep | {"q-one-new": (io.BytesIO(b"%PDF-1.4\n%%EOF"), "a.pdf")})
    assert good.status_code == 303
    assert rows(QuestionnaireDraft)[0].content["one"].endswith(".pdf")
    key = rows(QuestionnaireDraft)[0].content["one"]
    assert file_store().read(key).startswith(b"%PDF")
    client.post(address(asked, "/reponse"), data=keep | {"q-one-off": "1"})
    db.session.expire_all()
    assert rows(QuestionnaireDraft)[0].content == {}
    with pytest.raises(FileNotFoundError):
        file_store().read(key)


def test_a_file_that_somebody_else_sent_too_stays(client, student):
    asked = make_questionnaire(sheet(question(Kind.FILE)))
    sent = {"act": "keep", "q-one-new": (io.BytesIO(b"%PDF-1.4\n%%EOF"), "a.pdf")}
    client.post(address(asked, "/reponse"), data=sent)
    key = rows(QuestionnaireDraft)[0].content["one"]
    add_answers(asked, {"one": key})
    client.post(address(asked, "/reponse"), data={"act": "keep", "q-one-off": "1"})
    assert file_store().read(key).startswith(b"%PDF")


def test_drafts_go_with_their_files_once_closed_or_with_the_account(client, student):
    for ends in (close, lambda _asked: None):
        asked = make_questionnaire(sheet(question(Kind.FILE)))
        sent = {"act": "keep", "q-one-new": (io.BytesIO(b"%PDF-1.4\n%%EOF"), "a.pdf")}
        client.post(address(asked, "/reponse"), data=sent)
        key = rows(QuestionnaireDraft)[0].content["one"]
        ends(asked)
        run(now())
        if ends is not close:
            assert len(rows(QuestionnaireDraft)) == 1
            with transaction():
                delete_account(student, student.email, now(), contact="contact@region.example")
        assert rows(QuestionnaireDraft) == []
        with pytest.raises(FileNotFoundError):
            file_store().read(key)


def test_sent_eight_times_at_once_it_counts_once(app_on_each_database):
    asked, person = make_questionnaire(sheet(question(Kind.TEXT))), make_person()
    identifier, number = asked.public_id, person.id

    def answer(_number):
        send_answers(held(identifier), db.session.get(Person, number), "0" * 64, {"one": "x"}, now())

    said = at_once(app_on_each_database, answer, 8)
    db.session.rollback()
    assert sum(each is None for each in said) == 1
    assert len(rows(QuestionnaireAnswer)) == len(rows(QuestionnairePart)) == 1


def test_nobody_answers_before_nor_after(client, student):
    asked = make_questionnaire()
    for moment in (asked.opens_at - timedelta(hours=1), asked.closes_at):
        with time_machine.travel(moment, tick=False):
            sign_in(client, student)
            assert send(client, asked, single="a").status_code == 409
    assert rows(QuestionnairePart) == []


def test_a_draft_of_the_staff_is_seen_by_staff_alone(client, student):
    hidden = make_questionnaire(published=False)
    for part in ("", "/resultats", "/codes.csv"):
        assert client.get(address(hidden, part)).status_code == 404
    assert send(client, hidden, single="a").status_code == 404
    assert hidden.title not in client.get("/questionnaires").text


def test_a_limited_role_composes_nothing(client):
    asked = make_questionnaire()
    student = make_person()
    sign_in(client, student)
    where = f"/gestion/questionnaires/{asked.public_id}"
    for path in (where, f"{where}/apercu", f"{where}/questions/single"):
        assert client.get(path).status_code == 403
    assert client.post(f"{where}/questions/single/bouger", data={"act": "remove"}).status_code == 403
    assert client.post(f"{where}/reponses.csv").status_code == 403


def test_the_database_itself_holds_one_answer_per_person(app):
    asked, person = make_questionnaire(), make_person()
    with pytest.raises(IntegrityError), transaction():
        for _ in range(2):
            part = sa.insert(QuestionnairePart).values(questionnaire_id=asked.id, person_id=person.id)
            db.session.execute(part)
    assert rows(QuestionnairePart) == []


def test_killed_halfway_nothing_is_counted_and_the_draft_stays(client, student, monkeypatch):
    asked = make_questionnaire(sheet(question(Kind.TEXT)))
    client.post(address(asked, "/reponse"), data={"act": "keep", "q-one": "Gardé"})

    def killed(*_arguments, **_values):
        raise RuntimeError("killed")

    monkeypatch.setattr("participatory.questionnaires.actions.QuestionnaireAnswer", killed)
    assert send(client, asked, one="Gardé").status_code == 500
    db.session.rollback()
    assert rows(QuestionnairePart) == []
    assert rows(QuestionnaireDraft)[0].content == {"one": "Gardé"}


def test_a_version_that_somebody_answered_never_changes(client):
    officer, first = make_person(roles=(Role.OFFICER,)), sheet(question(Kind.SINGLE), question(Kind.TEXT, "two"))
    asked = make_questionnaire(first, officer=officer)
    add_answers(asked, *[{"one": "a", "two": "x"}] * 6)
    sign_in(client, officer)
    typed = {"section": "La vie", "kind": "text", "label": "Autre question"}
    client.post(f"/gestion/questionnaires/{asked.public_id}/questions/two", data=typed)
    with transaction():
        pass
    found = db.session.get(Questionnaire, asked.id, populate_existing=True)
    db.session.refresh(found, ["versions"])
    assert [each.number for each in found.versions] == [1, 2]
    assert found.versions[0].sheet == first
    close(asked)
    page = client.get(address(asked, "/resultats")).text
    assert "6, soit 100" in page
    assert "Trop peu de réponses" in page


def test_somebody_who_answers_while_it_changes_is_told(client, student):
    asked = make_questionnaire(sheet(question(Kind.SINGLE)))
    page = client.post(address(asked, "/reponse"), data={"act": "send", "version": "0", "q-one": "a"})
    assert page.status_code == 422
    assert "Le questionnaire a changé" in page.text


def test_results_come_at_the_end_with_small_numbers_hidden_and_texts_unpublished(client):
    asked = make_questionnaire()
    assert client.get(address(asked, "/resultats")).status_code == 404
    add_answers(asked, *[{"single": "a", "text": "=SECRET()"}] * 9, *[{"single": "b", "text": "Rien"}] * 2)
    close(asked)
    page = client.get(address(asked, "/resultats")).text
    assert "masqué" in page
    assert "SECRET" not in page
    written = client.get(address(asked, "/resultats.csv")).text
    assert "<5" in written
    assert "SECRET" not in written
    assert "Autonomie" in client.get(address(asked, "/codes.csv")).text


def test_a_signed_text_is_published_with_consent_and_loses_its_name_with_the_account(client):
    asked = make_questionnaire(sheet(question(Kind.TEXT)), Mode.SIGNED)
    people = [make_person(name=f"Personne {number}") for number in range(6)]
    for number, person in enumerate(people):
        sign_in(client, person)
        fields = {"act": "send", "version": "1", "q-one": f"Idée {number}"} | ({"named": "1"} if number < 2 else {})
        assert client.post(address(asked, "/reponse"), data=fields).status_code == 303
    with transaction():
        delete_account(people[0], people[0].email, now(), contact="contact@region.example")
    close(asked)
    page = client.get(address(asked, "/resultats")).text
    assert "Personne 1" in page
    assert "Idée 1" in page
    for word in ("Idée 0", "Personne 0", "Idée 2", "Personne 2"):
        assert word not in page
    assert len(rows(QuestionnaireAnswer)) == 6


def test_staff_take_the_answers_once_closed_with_neutral_cells_and_the_journal_says_so(client):
    officer = make_person(roles=(Role.OFFICER,))
    asked = make_questionnaire(officer=officer)
    add_answers(asked, *[{"text": "=cmd()"}] * 5)
    sign_in(client, officer)
    where = f"/gestion/questionnaires/{asked.public_id}/reponses.csv"
    assert client.post(where).status_code == 404
    close(asked)
    assert "'=cmd()" in client.post(where).text
    assert db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position)).all()[-1].verb == (
        "questionnaire.answers_read"
    )


def test_a_closed_questionnaire_changes_no_more(client):
    officer = make_person(roles=(Role.OFFICER,))
    asked = make_questionnaire(officer=officer)
    close(asked)
    sign_in(client, officer)
    where = f"/gestion/questionnaires/{asked.public_id}"
    assert client.post(f"{where}/questions/single/bouger", data={"act": "remove"}).status_code == 409
    assert client.get(f"{where}/questions/nouvelle").status_code == 409


def test_every_kind_is_shown_in_the_results(client):
    asked = make_questionnaire(every_kind())
    full = {"single": "a", "multiple": ["a", "b"], "ranking": ["b", "a"], "scale": 3, "matrix": {"r1": "b"}}
    add_answers(asked, *[full | {"number": str(each), "text": "x"} for each in range(20)])
    close(asked)
    page = client.get(address(asked, "/resultats")).text
    for words in ("Premiers choix", "Rang moyen", "Médiane", "Moyenne", "leurs parts ne s’additionnent pas"):
        assert words in page
