"""One proof, many hands at once: it opens once; and a session ended at the same instant stays ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.enrolled import recovery_codes_left
from participatory.identity.enrolling import add_application, remove, renew_codes
from participatory.identity.factors import Purpose, new_seed
from participatory.identity.models import Person, RecoveryCode, SecondFactor, SignInSession
from participatory.identity.passkeys import Site
from participatory.identity.proving import Given, ask_key, prove
from participatory.identity.rules import Role
from participatory.identity.sessions import keep_session
from participatory.journal.actions import faults
from tests.factories import make_person

SECRET = "a secret of at least thirty-two characters"
SITE = Site("localhost", "http://localhost", "Budget")
HANDS = 6


def at_once(app, deed):
    def run(number):
        with app.app_context():
            try:
                with transaction():
                    return deed(number)
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(run, range(HANDS)))


def sessions_of(person, count=HANDS):
    with transaction():
        held = db.session.merge(person)
        return [keep_session(held, f"token {number}", "mail", "", now()).id for number in range(count)]


def enrol(session_id):
    """An application whose next code has not served, and the recovery codes."""
    seed = new_seed()
    with transaction():
        codes = add_application(session_id, seed, pyotp.TOTP(seed).at(now()), "Clé", secret_key=SECRET, now=now())
    return seed, codes


def opened(answers):
    return sum(isinstance(answer, SignInSession) for answer in answers)


def test_one_code_sent_by_many_sessions_at_once_opens_one(app_on_each_database):
    ids = sessions_of(make_person(roles=(Role.OFFICER,)))
    seed, _codes = enrol(ids[0])
    typed = Given(pyotp.TOTP(seed).at(now() + timedelta(seconds=30)))
    assert opened(at_once(app_on_each_database, lambda n: prove(ids[n], typed, SITE, SECRET, now()))) == 1


def test_one_recovery_code_sent_by_many_sessions_at_once_opens_one(app_on_each_database):
    person = make_person(roles=(Role.OFFICER,))
    ids = sessions_of(person)
    _seed, codes = enrol(ids[0])
    answers = at_once(app_on_each_database, lambda n: prove(ids[n], Given(codes[0]), SITE, SECRET, now()))
    assert opened(answers) == 1
    db.session.rollback()
    assert recovery_codes_left(db.session.merge(person)) == 9
    assert list(faults()) == []


def test_two_factors_cannot_both_go_at_once(app_on_each_database):
    person = make_person(roles=(Role.OFFICER,))
    ids = sessions_of(person, 1)
    for _each in range(2):
        enrol(ids[0])
    factors = db.session.scalars(sa.select(SecondFactor.public_id)).all()

    def take_away(number):
        return remove(db.session.get(Person, person.id), factors[number % 2], now())

    at_once(app_on_each_database, take_away)
    db.session.rollback()
    assert len(db.session.scalars(sa.select(SecondFactor)).all()) == 1


def test_recovery_codes_made_many_times_at_once_are_ten(app_on_each_database):
    person = make_person(roles=(Role.OFFICER,))
    enrol(sessions_of(person, 1)[0])
    at_once(app_on_each_database, lambda _n: renew_codes(db.session.get(Person, person.id), SECRET, now()))
    db.session.rollback()
    assert len(db.session.scalars(sa.select(RecoveryCode)).all()) == 10


def test_a_session_that_ends_at_the_same_instant_is_never_brought_back(app_on_each_database):
    ids = sessions_of(make_person(roles=(Role.OFFICER,)), 1)
    _seed, codes = enrol(ids[0])

    def end_or_prove(number):
        if number % 2:
            db.session.execute(sa.delete(SignInSession).where(SignInSession.id == ids[0]))
            return None
        if number:
            return prove(ids[0], Given(codes[number]), SITE, SECRET, now())
        return ask_key(ids[0], Purpose.PROVE, "AAAA", now())

    at_once(app_on_each_database, end_or_prove)
    db.session.rollback()
    assert db.session.scalars(sa.select(SignInSession)).all() == []
