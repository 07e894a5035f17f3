"""Whoever sent a list is told what became of it, unless they decided it themselves."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds import actions as deeds
from participatory.deeds.models import Deed
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.rolls.actions import send_list
from participatory.rolls.approval import APPROVE, ask_approval, take_back
from participatory.rolls.queries import list_by_key
from participatory.rolls.rules import ListState
from tests.factories import establishment, make_person, make_round
from tests.rolls.making import csv_of, people, read


@pytest.fixture
def referent(app):
    return make_person(roles=(Role.REFERENT,))


@pytest.fixture
def officer(app):
    return make_person(roles=(Role.OFFICER,))


@pytest.fixture
def deed(referent) -> Deed:
    round_, own = make_round(title="Budget <3 & 100 %"), establishment()
    found = read(csv_of(*((address, site, own.name) for address, site, _name in people(3))))
    with transaction():
        sent = send_list(round_, own, found, referent, now(), without_bad_rows=False)
        return ask_approval(sent, referent, now())


def letters_to(person) -> list[Letter]:
    wanted = sa.select(Letter).where(Letter.template == "roll_list_decided", Letter.recipient == person.email)
    return list(db.session.scalars(wanted))


def test_an_approved_list_is_answered_by_letter(deed, referent, officer):
    with transaction():
        deeds.confirm(deed.public_id, APPROVE, officer, now(), seen=deed.shown)
    [letter] = letters_to(referent)
    text = compose(letter)
    assert "Budget <3 & 100" in text.subject
    assert "Importée" in text.body
    assert establishment().name in text.body


def test_a_refused_list_says_why(deed, referent, officer):
    with transaction():
        deeds.withdraw(deed.public_id, APPROVE, officer, "Il manque Albi", now())
    [letter] = letters_to(referent)
    text = compose(letter).body
    assert "Refusée par la Région" in text
    assert ": Il manque Albi" in text


def test_a_list_that_nobody_answered_is_told_too(deed, referent):
    with transaction():
        deeds.expire(deed.public_id, APPROVE, now() + timedelta(days=8))
    [letter] = letters_to(referent)
    assert letter.values["state"] == "Sans réponse à temps, effacée"


def test_who_takes_back_their_own_list_is_not_written_to(deed, referent):
    with transaction():
        waiting = list_by_key(deed.subject)
        take_back(waiting, referent, now())
    assert waiting.state is ListState.WITHDRAWN
    assert letters_to(referent) == []
