"""Two requests at the same instant, on each database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.doors import actions, managing
from participatory.doors.models import EnrolmentProof, SignInAttempt
from participatory.doors.rules import Claim, Departure, SourceKind
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from tests.doors.conftest import establishment, make_source
from tests.factories import make_person

AT_ONCE = 6


def at_once(app, deed):
    """What each of several requests at the same instant got: a value, or the refusal."""
    start = Barrier(AT_ONCE)

    def request(_number):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return deed()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(request, range(AT_ONCE)))


def test_a_state_is_good_once_even_twice_at_the_same_instant(app_on_each_database):
    source = make_source(SourceKind.CAS, server="https://cas.example.fr")
    with transaction():
        actions.begin(source, Departure(""), "etat", "navigateur", now(), next_path="")
    found = at_once(app_on_each_database, lambda: actions.take("etat", "navigateur", source, now()).id)
    assert len([each for each in found if isinstance(each, int)]) == 1
    db.session.rollback()
    assert db.session.scalars(sa.select(SignInAttempt)).one().consumed_at is not None


def test_a_student_who_arrives_twice_at_the_same_instant_is_one_person_with_one_proof(app_on_each_database):
    place = establishment()
    claim = Claim(("ine:" + "a" * 64,), "a@univ-tlse3.fr", place.id, place.site_id, SourceKind.CAS, "a")
    at_once(app_on_each_database, lambda: actions.let_in(claim, "fr", now()).id)
    db.session.rollback()
    assert len(db.session.scalars(sa.select(Person)).all()) == 1
    assert len(db.session.scalars(sa.select(EnrolmentProof)).all()) == 1


def test_a_door_is_opened_once_even_twice_at_the_same_instant(app_on_each_database):
    source = make_source(SourceKind.CAS, server="https://cas.example.fr", enabled=False)
    by = make_person(roles=(Role.ADMINISTRATOR,))
    with transaction():
        db.session.get_one(type(source), source.id).tested_at = now()
    by_id, source_id = by.id, source.id
    found = at_once(
        app_on_each_database, lambda: managing.enable(source_id, db.session.get_one(Person, by_id), now()).id
    )
    assert len([each for each in found if isinstance(each, int)]) == 1
    db.session.rollback()
    opened = sa.select(JournalEntry).where(JournalEntry.verb == "source.enabled")
    assert len(db.session.scalars(opened).all()) == 1
