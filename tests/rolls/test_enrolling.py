"""Enrolment by proof: no list is needed for who comes in by the door of their establishment."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.doors.rules import SourceKind
from participatory.identity.models import Person
from participatory.journal.actions import faults
from participatory.rolls.enrolling import enrol
from participatory.rolls.models import VoterKey, VoterPlace
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_round, sign_in
from tests.rolls.worlds import INE, MAIL, NUMBER, journalled, on_list, pepper, prove, school, stands, student, voters

OPEN = (Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING)


def enrolled(round_, person):
    with transaction():
        return enrol(round_, db.session.get(Person, person.id), pepper(round_), now())


@pytest.mark.parametrize("phase", OPEN)
def test_a_proof_puts_its_person_on_the_roll_once(app, phase):
    round_, person = make_round(phase), student(INE, NUMBER, email=MAIL)
    prove(person, "albi", source="oidc")
    voter = enrolled(round_, person)
    assert enrolled(round_, person).id == voter.id
    assert len(voters(round_)) == 1
    assert (voter.source, voter.site.slug, voter.establishment_id) == ("oidc", "albi", school("albi").id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(VoterKey)) == 3
    assert not stands(round_, person).due


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in OPEN])
def test_outside_the_open_phases_a_proof_puts_nobody_on_the_roll(app, phase):
    round_, person = make_round(phase), student()
    prove(person)
    assert not stands(round_, person).due
    with pytest.raises(Refusal):
        enrolled(round_, person)
    assert voters(round_) == []


def test_an_expired_proof_and_one_of_tomorrow_are_worth_nothing(app):
    round_, person = make_round(), student()
    prove(person, expires_at=now() - timedelta(seconds=1))
    prove(person, "albi", proved_at=now() + timedelta(days=1))
    assert enrolled(round_, person) is None
    assert voters(round_) == []


def test_a_source_that_the_rulebook_refuses_is_worth_nothing(app):
    round_, person = make_round(proofs=(SourceKind.SAML,)), student()
    prove(person, source="cas")
    assert enrolled(round_, person) is None
    prove(person, "albi", source="saml")
    assert enrolled(round_, person).source == "saml"


def test_the_proof_of_somebody_else_is_worth_nothing(app):
    round_, person = make_round(), student()
    prove(person)
    assert enrolled(round_, make_person()) is None
    assert enrolled(round_, student(NUMBER)) is None


def test_who_comes_by_one_door_then_another_is_one_voter_with_two_places(app):
    round_, person = make_round(), student(INE)
    prove(person, "toulouse", source="cas")
    first = enrolled(round_, person)
    again = student(INE, NUMBER, source="oidc")
    prove(again, "albi", source="oidc")
    assert enrolled(round_, again).id == first.id
    assert len(voters(round_)) == 1
    assert [site.slug for site in stands(round_, person).sites] == ["toulouse", "albi"]


def test_somebody_on_a_list_keeps_their_place_and_gains_keys_and_places(app):
    round_ = make_round()
    listed = on_list(round_, MAIL)
    person = student(INE, email=MAIL)
    prove(person, "albi")
    assert enrolled(round_, person).id == listed.id
    assert listed.site.slug == "toulouse"
    assert [place.site.slug for place in stands(round_, person).places] == ["toulouse", "albi"]
    assert stands(round_, student(INE)).voter.id == listed.id


def test_keys_are_completed_without_any_proof(app):
    round_ = make_round()
    listed = on_list(round_, MAIL)
    person = student(INE, email=MAIL)
    assert enrolled(round_, person).id == listed.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(VoterKey)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(VoterPlace)) == 0


def test_the_site_of_the_proof_comes_before_the_one_of_the_establishment(app):
    round_, person = make_round(), student()
    prove(person, "toulouse", site_id=school("albi").site_id)
    voter = enrolled(round_, person)
    assert (voter.establishment_id, voter.site.slug) == (school("toulouse").id, "albi")


def test_the_journal_names_neither_person_nor_place_and_rows_keep_no_order(app):
    round_ = make_round()
    people = [student(f"ine:{number:064x}") for number in range(12)]
    for person in people:
        prove(person)
        enrolled(round_, person)
    assert {entry.actor for entry in journalled()} == {"system"}
    assert {frozenset(json.loads(entry.payload)) for entry in journalled()} == {frozenset({"round"})}
    order = [stands(round_, person).voter.id for person in people]
    assert order != sorted(order)
    assert list(faults()) == []


def test_entering_the_booth_enrols_and_the_next_visit_writes_nothing(client, count_queries):
    round_, person = make_round(), student(INE, email=MAIL)
    prove(person)
    sign_in(client, person)
    assert "Votre voix compte pour Toulouse" in client.get(f"/budgets/{round_.slug}/vote").text
    assert len(voters(round_)) == 1
    with count_queries() as counted:
        client.get(f"/budgets/{round_.slug}/vote")
    assert not [each for each in counted.statements if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(counted.statements) < 30


def test_a_vote_that_closes_on_the_threshold_shows_the_booth_as_it_is(client, monkeypatch):
    round_, person = make_round(), student()
    prove(person)
    sign_in(client, person)

    def too_late(*_arguments):
        raise Refusal("Le vote est clos.")

    monkeypatch.setattr("participatory.rolls.entering.enrol", too_late)
    assert client.get(f"/budgets/{round_.slug}/vote").status_code == 200
    assert voters(round_) == []


def test_entering_the_form_of_a_project_enrols(client):
    round_, person = make_round(Phase.SUBMISSION), student()
    prove(person, "albi")
    sign_in(client, person)
    assert client.get(f"/budgets/{round_.slug}/projets/nouveau").status_code == 200
    assert len(voters(round_)) == 1
    assert client.post(f"/budgets/{round_.slug}/projets/nouveau").status_code == 303


@pytest.mark.parametrize("address", ["vote", "projets/nouveau", "mon-inscription"])
def test_reading_a_page_without_signing_in_writes_nothing(client, address):
    round_ = make_round()
    client.get(f"/budgets/{round_.slug}/{address}")
    assert voters(round_) == []


def test_who_is_off_the_roll_is_led_to_their_establishment(client):
    voting, submission = make_round(), make_round(Phase.SUBMISSION)
    sign_in(client, student(INE))
    for address in (f"{voting.slug}/vote", f"{submission.slug}/projets/nouveau", f"{voting.slug}/mon-inscription"):
        assert f"/connexion/etablissement?next=/budgets/{address}" in client.get(f"/budgets/{address}").text


def test_eight_browsers_at_once_enrol_one_voter(app_on_each_database):
    round_, person = make_round(), student(INE, NUMBER, email=MAIL)
    prove(person)
    secret, round_id, person_id = pepper(round_), round_.id, person.id
    barrier = Barrier(8)

    def enter(_number):
        with app_on_each_database.app_context():
            barrier.wait()
            with transaction():
                held = db.session.get(type(round_), round_id)
                return enrol(held, db.session.get(Person, person_id), secret, now()).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(enter, range(8)))) == 1
    assert len(voters(round_)) == 1
    assert len(journalled()) == 1
    assert list(faults()) == []


def test_an_enrolment_that_is_interrupted_leaves_nothing(app_on_each_database, monkeypatch):
    round_, person = make_round(), student()
    prove(person)

    def fail(*_arguments, **_values):
        raise RuntimeError("the machine stops")

    monkeypatch.setattr("participatory.rolls.enrolling.record", fail)
    with pytest.raises(RuntimeError):
        enrolled(round_, person)
    assert voters(round_) == []
    assert stands(round_, person).due
