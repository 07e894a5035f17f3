"""One letter, many hands: only one of them opens the door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.actions import enter_code, send_letter
from participatory.identity.codes import sign_in_key
from participatory.identity.granting import grant, grant_to, revoke
from participatory.identity.grants import roles_held
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.queries import person_by_email
from participatory.identity.rules import Role
from participatory.identity.terms import Term
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from tests.factories import make_person

KEY = sign_in_key("a secret")


def at_once(app, deed, count):
    def run(number):
        with app.app_context():
            try:
                with transaction():
                    return deed(number)
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_one_code_tried_by_eight_threads_lets_one_in(app_on_each_database):
    with transaction():
        attempt = send_letter(
            "camille@etu.example", KEY, now(), token="t", link="l", next_path="", locale="fr"
        ).public_id
    code = db.session.scalars(sa.select(Letter)).one().values["code"]
    answers = at_once(app_on_each_database, lambda _n: enter_code(attempt, code, KEY, "fr", now()), 8)
    assert sum(isinstance(answer, Person) for answer in answers) == 1
    db.session.rollback()
    assert len(db.session.scalars(sa.select(Person)).all()) == 1
    assert list(faults()) == []


def test_eight_wrong_codes_at_once_count_as_five_at_most(app_on_each_database):
    with transaction():
        attempt = send_letter(
            "camille@etu.example", KEY, now(), token="t", link="l", next_path="", locale="fr"
        ).public_id
    answers = at_once(app_on_each_database, lambda _n: enter_code(attempt, "0" * 10, KEY, "fr", now()), 8)
    assert sum("Il vous reste" in str(answer) for answer in answers) == 4
    assert all(isinstance(answer, Refusal) for answer in answers)


def test_one_role_given_eight_times_at_once_is_held_once(app_on_each_database):
    make_person(email="officier@region.example")
    answers = at_once(
        app_on_each_database, lambda _n: grant("officier@region.example", Role.OFFICER, None, None, now()), 8
    )
    assert sum(isinstance(answer, Person) for answer in answers) == 1
    assert len(roles_held(now())) == 1


def test_two_administrators_cannot_dismiss_each_other_at_once(app_on_each_database):
    emails = [make_person(roles=(Role.ADMINISTRATOR,)).email for _each in range(2)]

    def dismiss_the_other(number):
        by, other = person_by_email(emails[number]), person_by_email(emails[1 - number])
        revoke(other, Role.ADMINISTRATOR, None, by, now())

    answers = at_once(app_on_each_database, dismiss_the_other, 2)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    db.session.expire_all()
    assert len(roles_held(now())) == 1


def test_one_role_within_one_limit_given_eight_times_at_once_is_held_once(app_on_each_database):
    make_person(email="officier@region.example")
    scope, term = Scope(ScopeKind.ROUND, "un-budget"), Term(None, now() + timedelta(days=3))
    answers = at_once(
        app_on_each_database,
        lambda _n: grant("officier@region.example", Role.OFFICER, scope, None, now(), term=term),
        8,
    )
    assert sum(isinstance(answer, Person) for answer in answers) == 1
    assert len(roles_held(now())) == 1
    assert list(faults()) == []


def test_one_role_prolonged_eight_times_at_once_is_held_once(app_on_each_database):
    person = make_person(email="officier@region.example")
    with transaction():
        grant_to(person, Role.OFFICER, None, None, now(), term=Term(None, now() + timedelta(days=3)))
    answers = at_once(app_on_each_database, lambda _n: grant(person.email, Role.OFFICER, None, None, now()), 8)
    assert sum(isinstance(answer, Person) for answer in answers) == 1
    db.session.expire_all()
    assert [each.ends_at for each in roles_held(now())] == [None]


def test_one_role_taken_back_eight_times_at_once_is_journalled_once(app_on_each_database):
    person = make_person(roles=(Role.OFFICER,))
    email = person.email
    at_once(
        app_on_each_database,
        lambda _n: revoke(person_by_email(email), Role.OFFICER, None, None, now()),
        8,
    )
    db.session.rollback()
    assert db.session.scalars(sa.select(JournalEntry.verb)).all() == ["role.revoked"]
