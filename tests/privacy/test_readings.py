"""Readings by staff: never without a reason, only what the task needs, told to the person, journalled as codes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.models import Signature
from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.models import RoleGrant
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.privacy.holdings import processings
from participatory.privacy.models import PersonalReading
from participatory.privacy.queries import open_reading
from participatory.privacy.readings import read_personal
from participatory.privacy.rules import READING_LASTS, Task
from participatory.rounds.rules import Phase
from tests.factories import add_voter, make_person, make_round, sign_in

PATH = "/gestion/personnes"
REASON = "Demande reçue par courrier le 12 mars"


def look_up(client, sought, task="rights", reason=REASON):
    return client.post(PATH, data={"sought": sought, "task": task, "reason": reason})


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,), name="Nom de l’agente")
    sign_in(client, person)
    return person


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.APPRAISER, Role.REFERENT])
def test_roles_without_the_permission_look_nobody_up(client, role):
    person = make_person()
    sign_in(client, make_person(roles=(role,)))
    assert client.get(PATH).status_code == 403
    assert look_up(client, person.email).status_code == 403
    assert db.session.scalars(sa.select(PersonalReading)).all() == []


def test_students_and_visitors_neither(client):
    assert client.get(PATH).location.startswith("/connexion")
    sign_in(client, make_person())
    assert client.get(PATH).status_code == 403


def test_an_officer_of_one_round_alone_has_no_business_with_accounts(client):
    person, round_ = make_person(roles=(Role.OFFICER,)), make_round()
    with transaction():
        db.session.execute(sa.update(RoleGrant).values(scope_kind="round", scope_key=round_.public_id))
    db.session.expire_all()
    sign_in(client, person)
    assert client.get(PATH).status_code == 403


@pytest.mark.parametrize("reason", ["", "    ", "trop court", ". . . . . . . . . .", "x" * 301])
def test_without_a_real_reason_nothing_is_shown_nor_said(client, officer, reason):
    person = make_person(email="secret@etu.exemple.example")
    known, unknown = look_up(client, person.email, reason=reason), look_up(client, "nul@etu.example", reason=reason)
    assert known.status_code == unknown.status_code == 422
    assert db.session.scalars(sa.select(PersonalReading)).all() == []


def test_a_reason_that_is_none_does_not_tell_who_has_an_account(client, officer):
    make_person(email="camille@etu.exemple.example")
    known = look_up(client, "camille@etu.exemple.example", reason="x").text
    unknown = look_up(client, "dominique@etu.exemple.example", reason="x").text
    for text in (known, unknown):
        assert "dix lettres au moins" in text
        assert "Aucun compte" not in text


def test_a_task_that_does_not_exist_is_refused(client, officer):
    assert look_up(client, make_person().email, task="curiosity").status_code == 422


@pytest.mark.parametrize("sought", ["%", "_", "secret", "' OR 1=1 --", "\0", "é" * 200])
def test_a_part_of_an_address_finds_nobody(client, officer, sought):
    make_person(email="secret@etu.exemple.example")
    answer = look_up(client, sought)
    assert answer.status_code == 422
    assert "secret@etu" not in answer.text


def test_without_its_token_the_form_reads_nothing(app):
    browser = app.test_client()
    sign_in(browser, make_person(roles=(Role.OFFICER,)))
    assert look_up(browser, make_person().email).status_code == 400


def test_a_reading_is_journalled_as_codes_and_told_to_the_person(client, app, officer):
    person = make_person(email="secret@etu.exemple.example")
    page = look_up(client, "Secret@etu.exemple.example")
    assert page.status_code == 303
    assert "secret@etu.exemple.example" in client.get(page.location).text
    entry = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert (entry.verb, entry.actor) == ("person.read", officer.public_id)
    assert person.public_id in entry.payload
    assert "courrier" not in entry.payload
    own = app.test_client()
    sign_in(own, person)
    text = own.get("/mon-compte/mes-donnees").text
    assert f"«\u00a0{REASON}\u00a0»" in text
    assert "Conduite du budget" in text
    assert "Nom de l’agente" not in text
    assert officer.public_id not in text
    assert list(faults()) == []


def test_a_person_is_found_by_their_public_code_too(client, officer):
    person = make_person()
    assert look_up(client, person.public_id).status_code == 303


def test_a_task_shows_its_own_lines_and_never_whether_somebody_has_voted(client, officer):
    person, round_ = make_person(), make_round(Phase.VOTING)
    voter = add_voter(round_, person)
    with transaction():
        db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=paris(now()).date()))
    for task in set(Task) - {Task.BALLOT}:
        text = client.get(look_up(client, person.email, task=task.value).location).text
        assert "avez voté" not in text
        assert (round_.title in text) == (task in {Task.ROLL, Task.RIGHTS})
    assert all(not each.tasks for each in processings() if each.key in {"signatures", "ballots", "basket"})


def test_a_reading_is_closed_to_other_readers_and_after_a_quarter_of_an_hour(client, officer):
    person = make_person()
    with transaction():
        reading = read_personal(officer, person, REASON, Task.RIGHTS, now())
    assert open_reading(reading.public_id, officer, now()) is not None
    with pytest.raises(Refusal):
        open_reading(reading.public_id, officer, reading.read_at + READING_LASTS)
    with pytest.raises(Refusal):
        open_reading(reading.public_id, officer, reading.read_at - timedelta(hours=1))
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    assert client.get(f"{PATH}/{reading.public_id}").status_code == 404


def test_nobody_needs_a_reason_for_themselves(client, officer):
    answer = look_up(client, officer.email)
    assert answer.status_code == 422
    assert "Mes données" in answer.text


def test_a_hostile_reason_stays_text(client, app, officer):
    person = make_person()
    look_up(client, person.email, reason="<script>alert('dix lettres')</script>%(x)s")
    own = app.test_client()
    sign_in(own, person)
    text = own.get("/mon-compte/mes-donnees").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
