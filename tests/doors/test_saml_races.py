"""Two answers to one request, at once: one is kept, and it opens one session. On both databases."""

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.actions import begin, new_state, take
from participatory.doors.models import IdentitySource, SignInAttempt
from participatory.doors.rules import Departure, DoorRefusal
from participatory.doors.saml_answers import forget, put_aside, taken_back
from tests.factories import establishment
from tests.identity.test_races import at_once


def _begun(state: str) -> IdentitySource:
    with transaction():
        source = IdentitySource(
            establishment_id=establishment().id,
            kind="saml",
            settings={},
            created_by="system",
            created_at=now(),
            changed_at=now(),
            tested_at=now(),
            enabled_at=now(),
        )
        db.session.add(source)
        db.session.flush()
        begin(source, Departure("https://idp.example", {"saml_request": "id-1"}), state, "browser", now(), next_path="")
    return source


def test_of_eight_answers_to_one_request_one_is_kept(app_on_each_database):
    state = new_state()
    source = _begun(state)
    answers = at_once(app_on_each_database, lambda number: put_aside(state, f"answer {number}", now()).id, 8)
    assert answers.count(source.id) == 1
    assert sum(isinstance(answer, DoorRefusal) for answer in answers) == 7
    kept = db.session.query(SignInAttempt).populate_existing().one()
    assert taken_back(state, kept.details) == f"answer {answers.index(source.id)}"


def test_of_eight_visits_with_one_answer_one_goes_on(app_on_each_database):
    state = new_state()
    source = _begun(state)
    with transaction():
        put_aside(state, "answer", now())

    def visit(_number):
        return take(state, "browser", db.session.get(IdentitySource, source.id), now()).id

    answers = at_once(app_on_each_database, visit, 8)
    assert sum(not isinstance(answer, DoorRefusal) for answer in answers) == 1


def test_an_answer_is_forgotten_once_used_and_not_before(app_on_each_database):
    state = new_state()
    source = _begun(state)
    with transaction():
        put_aside(state, "answer", now())
    with transaction():
        forget(state)
        forget("unknown")
    assert taken_back(state, db.session.query(SignInAttempt).populate_existing().one().details) == "answer"
    with transaction():
        take(state, "browser", source, now())
    with transaction():
        forget(state)
    assert db.session.query(SignInAttempt).populate_existing().one().details == {}
