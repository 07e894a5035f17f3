"""One person has one ballot, whatever the door."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from participatory.ballots.models import Envelope, Signature
from participatory.ballots.proofs import as_text
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.doors.rules import SourceKind
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from tests.ballots.conftest import build, deposit, envelope
from tests.factories import make_person, move_round, sign_in
from tests.rolls.worlds import INE, MAIL, NUMBER, on_list, prove, student, voters


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def cast_in_browser(client, world, person, choice, key):
    sign_in(client, person)
    client.get(world.address())
    return client.post(world.urn("deposer"), data={"key": key, "ciphertext": as_text(envelope(world, choice))})


def test_the_same_student_by_cas_then_by_openid_is_one_voter_with_one_ballot(app, client):
    world = build()
    by_cas = student(INE, source="cas")
    prove(by_cas, "toulouse", source="cas")
    assert cast_in_browser(client, world, by_cas, world.ids[0], "k" * 20).status_code == 303
    by_openid = student(INE, NUMBER, email=MAIL, source="oidc")
    prove(by_openid, "albi", source="oidc")
    second = app.test_client()
    assert cast_in_browser(second, world, by_openid, world.ids[1], "l" * 20).status_code == 303
    assert (count(Envelope), count(Signature)) == (1, 1)
    assert len(voters(world.round)) == 2, "the one of this world, and the student"


def test_a_mailed_code_then_an_establishment_give_one_ballot(app, client):
    world = build()
    on_list(world.round, MAIL)
    mailed = make_person(email=MAIL)
    assert cast_in_browser(client, world, mailed, world.ids[0], "k" * 20).status_code == 303
    proven = student(INE, email=MAIL)
    prove(proven, "albi")
    assert cast_in_browser(app.test_client(), world, proven, world.ids[1], "l" * 20).status_code == 303
    assert (count(Envelope), count(Signature)) == (1, 1)


def test_the_account_of_a_number_and_the_one_of_an_address_that_become_one_keep_the_ballot(app, client):
    world = build()
    on_list(world.round, MAIL)
    numbered, mailed = student(INE), make_person(email=MAIL)
    assert cast_in_browser(client, world, mailed, world.ids[0], "k" * 20).status_code == 303
    prove(numbered)
    joined = student(INE, email=MAIL)
    assert cast_in_browser(app.test_client(), world, joined, world.ids[1], "l" * 20).status_code == 303
    assert (count(Envelope), count(Signature)) == (1, 1)
    assert joined.id == numbered.id


def test_casting_enrols_whoever_never_opened_the_booth(client):
    world = build()
    person = student()
    prove(person)
    sign_in(client, person)
    answer = client.post(world.urn("deposer"), data={"key": "k" * 20, "ciphertext": as_text(envelope(world))})
    assert answer.status_code == 303
    assert (count(Envelope), count(Signature)) == (1, 1)


def test_no_row_of_the_journal_joins_a_ballot_to_a_person_or_a_place(client):
    world = build()
    person = student()
    prove(person)
    cast_in_browser(client, world, person, world.ids[0], "k" * 20)
    rows = list(db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position)))
    roll, ballot = (next(row for row in rows if row.verb == verb) for verb in ("roll.enrolled", "ballot.cast"))
    assert roll.at != ballot.at
    assert set(json.loads(roll.payload)) == {"round"}
    assert person.public_id not in roll.payload + ballot.payload + roll.actor + ballot.actor


@pytest.mark.parametrize("role", [None, *Role])
def test_no_role_takes_the_place_of_a_proof(client, role):
    world = build()
    person = make_person(roles=(role,) if role else ())
    with pytest.raises(Refusal) as caught:
        deposit(world, world.ids[:1], person=person)
    assert caught.value.kind is Kind.FORBIDDEN
    sign_in(client, person)
    client.get(world.address())
    assert count(Voter) == 1


def test_a_proof_of_a_refused_source_gives_no_ballot(client):
    world = build(proofs=(SourceKind.SAML,))
    person = student()
    prove(person, source="cas")
    assert cast_in_browser(client, world, person, world.ids[0], "k" * 20).status_code == 403
    assert count(Envelope) == 0


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS])
def test_after_the_vote_a_proof_gives_nothing(client, phase):
    world = build()
    sealed = as_text(envelope(world))
    move_round(world.round, phase)
    person = student()
    prove(person)
    sign_in(client, person)
    answer = client.post(world.urn("deposer"), data={"key": "k" * 20, "ciphertext": sealed})
    assert answer.status_code == 409
    assert count(Envelope) == 0
    assert count(Voter) == 1
