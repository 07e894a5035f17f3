"""« Mes données »: everything about oneself, nothing about anybody else, with its clock."""

import json
from datetime import timedelta

import pytest

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.models import EnrolmentProof
from participatory.identity.actions import send_letter
from participatory.identity.models import PersonIdentifier, SecondFactor
from participatory.identity.rules import Role
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.privacy.holdings import holdings_of, processings
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import add_voter, deposit_ballot, establishment, make_person, make_proposal, make_round, sign_in
from tests.house.source import ROOT

PAGE, JSON, HTML = "/mon-compte/mes-donnees", "/mon-compte/mes-donnees.json", "/mon-compte/mes-donnees.html"


def by_key(person):
    return {processing.key: holding for processing, holding in holdings_of(person, now())}


def vote(person, round_, project):
    deposit_ballot(round_, person, [project.public_id])


@pytest.mark.parametrize("path", [PAGE, JSON, HTML])
def test_whoever_has_not_signed_in_is_led_to_the_door(client, path):
    assert client.get(path).location.startswith("/connexion")


@pytest.mark.parametrize("path", [PAGE, JSON, HTML])
def test_no_cache_keeps_them(client, path):
    sign_in(client, make_person())
    assert client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [PAGE, JSON, HTML])
def test_they_hold_ones_own_address_and_nobody_elses(client, path):
    other = make_person(email="autre@etu.exemple.example", name="Nom d’autrui")
    make_proposal(make_round(Phase.SUBMISSION), State.DRAFT, author=other, title="Brouillon d’autrui")
    sign_in(client, make_person(email="moi@etu.exemple.example"))
    text = client.get(path).text
    assert "moi@etu.exemple.example" in text
    assert "autre@etu" not in text
    assert "autrui" not in text


def test_every_line_has_a_clock_a_purpose_and_a_basis(client):
    person = make_person()
    round_ = make_round(Phase.VOTING)
    add_voter(round_, person)
    project = make_proposal(round_, author=person)
    vote(person, round_, project)
    sign_in(client, person)
    lines = json.loads(client.get(JSON).text)["holdings"]
    assert [line["key"] for line in lines if line["held"] and not line["kept_until"]] == []
    assert all(line["purpose"] and line["legal_basis"] and line["recipients"] and line["retention"] for line in lines)


def test_the_clock_of_an_account_starts_at_the_last_visit(app):
    person = make_person()
    with transaction():
        person.created_at, person.active_on = now() - timedelta(days=400), (now() - timedelta(days=100)).date()
    assert str((now() + timedelta(days=630)).year) in by_key(person)["account"].until


def test_identifiers_are_told_as_prints_without_their_value(app):
    person = make_person()
    with transaction():
        for value in ("ine:" + "a" * 64, "num:" + "b" * 64, "seconde@etu.exemple.example"):
            db.session.add(PersonIdentifier(person_id=person.id, value=value, source="cas", added_at=now()))
    db.session.expire(person)
    held = by_key(person)["identifiers"]
    text = str(held.rows) + json.dumps(held.data)
    assert "aaaa" not in text
    assert "bbbb" not in text
    assert "que personne ne peut relire" in text
    assert "seconde@etu.exemple.example" in text


def test_second_factors_show_no_secret(app):
    person = make_person()
    with transaction():
        factor = SecondFactor(person_id=person.id, kind="totp", name="Téléphone", secret="SECRET", created_at=now())
        db.session.add(factor)
    text = str(by_key(person)["second_factors"])
    assert "Téléphone" in text
    assert "SECRET" not in text


def test_the_roll_is_found_through_the_pseudonym_and_says_until_when(app):
    person, round_ = make_person(), make_round(Phase.VOTING)
    assert by_key(person)["rolls"] is None
    add_voter(round_, person)
    rows = by_key(person)["rolls"].rows
    assert rows[0][0] == round_.title
    assert "90 jours après la publication des résultats" in rows[0][1].replace("\u00a0", " ")


def test_a_vote_shows_its_day_and_neither_choices_nor_receipt(client):
    person, round_ = make_person(), make_round(Phase.VOTING)
    add_voter(round_, person)
    project = make_proposal(round_, title="Projet choisi")
    vote(person, round_, project)
    sign_in(client, person)
    for path in (PAGE, JSON, HTML):
        text = client.get(path).text
        assert "vous avez voté le" in text or '"signed_on"' in text
        assert "Projet choisi" not in text
        assert project.public_id not in text
    assert "receipt" not in client.get(JSON).text


def test_proposals_proofs_roles_and_letters_are_there(client):
    person = make_person(roles=(Role.APPRAISER,))
    make_proposal(make_round(Phase.SUBMISSION), State.DRAFT, author=person, title="Mon brouillon")
    with transaction():
        db.session.add(
            EnrolmentProof(
                person_id=person.id, establishment_id=establishment().id, source="cas", proved_at=now(),
                expires_at=now() + timedelta(days=200),
            )
        )  # fmt: skip
        send_letter(person.email, b"k" * 32, now(), token="t", link="l", next_path="", locale="fr")
    held = by_key(person)
    assert held["proposals"].data[0]["title"] == "Mon brouillon"
    assert held["enrolment"].data[0]["establishment"] == establishment().name
    assert held["roles"].data[0]["role"] == "appraiser"
    assert held["letters"].data[0]["subject"] == "sign_in"
    assert len(held["codes"].data) == 1


def test_the_readable_page_needs_nothing_else_and_runs_nothing(client):
    sign_in(client, make_person(name="<script>alert(1)</script>"))
    text = client.get(HTML).text
    assert "<script" not in text
    assert "src=" not in text
    assert "href=" not in text
    assert "url(" not in text
    assert ".." not in text.partition("<body>")[2]
    assert "<style>body{" in text
    assert "&lt;script&gt;" in text


def test_hostile_names_stay_text_on_the_page(client):
    sign_in(client, make_person(name="%(x)s <b>gras</b>"))
    assert "<b>gras</b>" not in client.get(PAGE).text
    assert client.get(PAGE).status_code == 200


def test_every_line_of_the_register_is_in_the_documented_schema(app):
    documented = (ROOT / "docs" / "mes-donnees.md").read_text("utf-8")
    assert [each.key for each in processings() if f"`{each.key}`" not in documented] == []


def test_pages_speak_english_too(client):
    sign_in(client, make_person())
    assert client.get(PAGE, query_string={"lang": "en"}).status_code == 200


def test_deeds_of_the_journal_are_told_in_words_with_their_day(app):
    person, other = make_person(), make_person()
    with transaction():
        record(Verb.ASSOCIATION_CHOSEN, person.public_id, now(), person=person.public_id, association="x")
        record(Verb.ASSOCIATION_CHOSEN, other.public_id, now(), person=other.public_id, association="x")
    [(day, deed)] = by_key(person)["journal"].rows
    assert deed == "Une association choisie"
    assert day.endswith(str(now().year))
