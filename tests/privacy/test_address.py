"""Changing one's address: a code to the new one, a word to the old one, and nothing told about other accounts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.codes import sign_in_key
from participatory.identity.models import Person, PersonIdentifier
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.privacy.actions import address_key, ask_address, confirm_address
from participatory.privacy.models import AddressChange
from participatory.privacy.rules import MOST_ATTEMPTS
from tests.factories import make_person, sign_in
from tests.identity.letters import post
from tests.identity.test_races import at_once

PATH = "/mon-compte/adresse"
KEY = address_key("a secret")


def ask(client, email):
    return client.post(PATH, data={"email": email})


def begin(person, email, moment=None):
    with transaction():
        change = ask_address(person, email, KEY, moment or now(), contact="c")
    code = db.session.scalars(sa.select(Letter).order_by(Letter.id.desc())).first().values.get("code", "0" * 10)
    return change.public_id, code


def confirm(person, attempt, code, moment=None):
    with transaction():
        return confirm_address(person, attempt, code, KEY, moment or now(), contact="c")


def test_the_new_address_gets_a_code_and_the_old_one_is_told(client):
    person = make_person(email="avant@etu.exemple.example")
    sign_in(client, person)
    page = ask(client, " Apres@etu.exemple.example").location
    (letter,) = [each for each in post() if each.recipient == "apres@etu.exemple.example"]
    assert client.post(page, data={"code": letter.code}).status_code == 303
    db.session.expire_all()
    assert db.session.get(Person, person.id).email == "apres@etu.exemple.example"
    assert [each.subject for each in post() if each.recipient == "avant@etu.exemple.example"]
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert last.verb == "person.address_changed"
    assert "@" not in last.payload


def test_an_address_that_has_an_account_gets_the_same_answer_and_no_code(client):
    make_person(email="prise@etu.exemple.example")
    sign_in(client, make_person())
    taken, free = ask(client, "prise@etu.exemple.example"), ask(client, "libre@etu.exemple.example")
    assert taken.status_code == free.status_code == 303
    assert taken.location.rpartition("/")[0] == free.location.rpartition("/")[0]
    sign_in(client, make_person())
    page = ask(client, "prise@etu.exemple.example").location
    shown = client.get(page).text
    assert "Une lettre vient de partir vers prise@etu.exemple.example" in shown
    (letter,) = {each.body for each in post() if each.recipient == "prise@etu.exemple.example"}
    assert "a déjà un compte" in letter
    assert client.post(page, data={"code": "00000-00000"}).status_code == 422


def test_a_wrong_code_reads_the_same_for_a_taken_and_a_free_address(app):
    make_person(email="prise@etu.exemple.example")
    one, other = make_person(), make_person()
    taken, _code = begin(one, "prise@etu.exemple.example")
    free, _code = begin(other, "libre@etu.exemple.example")
    assert str(confirm(one, taken, "0" * 10)) == str(confirm(other, free, "0" * 10))


@pytest.mark.parametrize("typed", ["", "pas une adresse", "a@b", "<script>@x.fr", "x" * 300 + "@etu.fr"])
def test_what_is_no_address_is_given_back(client, typed):
    sign_in(client, make_person())
    assert ask(client, typed).status_code == 422
    assert db.session.scalars(sa.select(AddressChange)).all() == []


def test_ones_own_address_is_refused(client):
    person = make_person()
    sign_in(client, person)
    assert ask(client, person.email).status_code == 422


def test_nobody_confirms_the_change_of_another(client):
    attempt, code = begin(make_person(), "libre@etu.exemple.example")
    sign_in(client, make_person())
    assert client.get(f"{PATH}/{attempt}").status_code == 404
    assert client.post(f"{PATH}/{attempt}", data={"code": code}).status_code == 404


def test_without_its_token_no_form_of_the_address_is_taken(app):
    browser = app.test_client()
    sign_in(browser, make_person())
    assert browser.post(PATH, data={"email": "libre@etu.exemple.example"}).status_code == 400
    assert browser.post(f"{PATH}/inconnu", data={"code": "0"}).status_code == 400


def test_five_wrong_codes_end_it(app):
    person = make_person()
    attempt, code = begin(person, "libre@etu.exemple.example")
    for _try in range(MOST_ATTEMPTS):
        assert isinstance(confirm(person, attempt, "0" * 10), Refusal)
    assert isinstance(confirm(person, attempt, code), Refusal)
    assert db.session.get(Person, person.id).email != "libre@etu.exemple.example"


@pytest.mark.parametrize(("late", "opens"), [(timedelta(minutes=14), True), (timedelta(minutes=15), False)])
def test_a_code_lasts_fifteen_minutes(app, late, opens):
    person, begun = make_person(), now()
    attempt, code = begin(person, "libre@etu.exemple.example", begun)
    assert (confirm(person, attempt, code, begun + late) is None) == opens


def test_a_code_serves_once(app):
    person = make_person()
    attempt, code = begin(person, "libre@etu.exemple.example")
    assert confirm(person, attempt, code) is None
    assert isinstance(confirm(person, attempt, code), Refusal)


def test_the_key_of_addresses_is_not_that_of_sign_in():
    assert address_key("a secret") != sign_in_key("a secret")


def test_an_address_taken_meanwhile_is_refused_without_a_word_more(app):
    person = make_person()
    attempt, code = begin(person, "libre@etu.exemple.example")
    make_person(email="libre@etu.exemple.example")
    with pytest.raises(Refusal, match="Ce code n’est pas celui"):
        confirm(person, attempt, code)


def test_a_throwaway_mailbox_does_not_become_the_address_of_an_account(client):
    person = make_person(email="avant@etu.exemple.example")
    sign_in(client, person)
    page = ask(client, "apres@yopmail.com").location
    (letter,) = [each for each in post() if each.recipient == "apres@yopmail.com"]
    answer = client.post(page, data={"code": letter.code})
    assert answer.status_code == 422
    assert "boîtes jetables" in answer.text
    db.session.expire_all()
    assert db.session.get(Person, person.id).email == "avant@etu.exemple.example"


def test_ones_second_address_can_become_the_first(app):
    person = make_person()
    with transaction():
        beside = PersonIdentifier(person_id=person.id, value="seconde@etu.example", source="cas", added_at=now())
        db.session.add(beside)
    attempt, code = begin(person, "seconde@etu.example")
    assert confirm(person, attempt, code) is None
    db.session.expire_all()
    assert db.session.get(Person, person.id).email == "seconde@etu.example"
    assert db.session.scalars(sa.select(PersonIdentifier)).all() == []


def test_staff_give_their_second_factor_before(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person, second_factor=False)
    answer = client.get(PATH)
    assert answer.status_code == 303
    assert "/mon-compte/adresse" not in answer.location.partition("?")[0]
    assert ask(client, "libre@etu.exemple.example").status_code == 303
    assert db.session.scalars(sa.select(AddressChange)).all() == []


def test_two_people_who_take_one_address_at_once_end_with_one_owner(app_on_each_database):
    people = [make_person(), make_person()]
    begun = [begin(person, "libre@etu.exemple.example") for person in people]

    def take(number):
        person = db.session.scalars(sa.select(Person).where(Person.id == people[number].id)).one()
        return confirm_address(person, *begun[number], KEY, now(), contact="c") is None

    answers = at_once(app_on_each_database, take, 2)
    assert sum(answer is True for answer in answers) == 1
    db.session.rollback()
    owners = db.session.scalars(sa.select(Person).where(Person.email == "libre@etu.exemple.example")).all()
    assert len(owners) == 1
