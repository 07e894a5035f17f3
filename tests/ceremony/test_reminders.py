"""Officers are written to while a vote that comes has no key: once at each step, and when it cannot open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.ceremony.jobs import remind
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.rules import Lack, is_urgent, lack, reminder_due
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.ceremony.test_ceremony_pages import round_without_key
from tests.factories import limit_role, make_person, make_round

OPENS = datetime(2027, 3, 1, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=20)


@pytest.mark.parametrize(
    ("days", "due"),
    [(15, None), (14, 14), (8, 14), (7, 7), (2.5, 7), (2, 2), (0.1, 2), (0, 0), (-3, 0)],
)
def test_the_reminder_that_is_due_is_the_closest_to_the_vote(days, due):
    assert reminder_due(OPENS, OPENS - timedelta(days=days)) == due


def test_a_lack_is_urgent_from_two_weeks_before_the_vote_until_its_end():
    assert not is_urgent(OPENS, CLOSES, OPENS - timedelta(days=14, seconds=1))
    assert is_urgent(OPENS, CLOSES, OPENS - timedelta(days=14))
    assert is_urgent(OPENS, CLOSES, CLOSES - timedelta(seconds=1))
    assert not is_urgent(OPENS, CLOSES, CLOSES)


def test_a_key_is_lacking_then_its_check_then_nothing():
    assert [lack(False, False), lack(True, False), lack(True, True)] == [Lack.KEY, Lack.CHECK, None]


def letters() -> list[tuple[str, str]]:
    return [(each.template, each.recipient) for each in db.session.scalars(sa.select(Letter).order_by(Letter.id))]


def at(round_: Round, days: float) -> time_machine.travel:
    """The moment so many days before the vote of a round."""
    return time_machine.travel(round_.voting_at - timedelta(days=days), tick=False)


def test_each_step_is_told_once_and_never_twice(app):
    officer = make_person(roles=(Role.OFFICER,))
    round_ = round_without_key(Phase.SUBMISSION)
    sent = []
    for days in (15, 14, 13, 13, 7, 6, 2, 1, 0, -1):
        with at(round_, days):
            sent.append(remind())
    assert sent == [0, 1, 0, 0, 1, 0, 1, 0, 1, 0]
    assert letters() == [("key_missing", officer.email)] * 3 + [("key_missed", officer.email)]


def test_a_vote_that_is_moved_is_announced_again(app):
    make_person(roles=(Role.OFFICER,))
    round_ = round_without_key(Phase.REVIEW)
    with at(round_, 7):
        assert remind() == 1
    with transaction():
        round_.voting_at += timedelta(days=3)
    with at(round_, 7):
        assert remind() == 1


def test_a_round_with_a_key_a_closed_vote_and_an_imported_round_are_left_alone(app):
    make_person(roles=(Role.OFFICER,))
    make_round(Phase.VOTING)
    round_without_key(Phase.CONTROL)
    imported = round_without_key(Phase.VOTING)
    with transaction():
        imported.origin = "Pabulib"
    assert remind() == 0


def test_the_letter_goes_to_those_who_may_make_this_key(app):
    here, elsewhere = (make_person(roles=(Role.OFFICER,)) for _ in range(2))
    make_person(roles=(Role.ADMINISTRATOR,))
    round_, other = round_without_key(Phase.VOTING), make_round(Phase.VOTING)
    limit_role(here, Role.OFFICER, round_.scope)
    limit_role(elsewhere, Role.OFFICER, other.scope)
    assert remind() == 1
    assert letters() == [("key_missed", here.email)]


@pytest.mark.parametrize(("locale", "said"), [("fr", "heure de Paris"), ("en", "Paris time")])
def test_the_letter_says_when_the_vote_opens_and_leads_to_the_page_of_the_key(app, locale, said):
    officer = make_person(roles=(Role.OFFICER,))
    with transaction():
        officer.locale = locale
    round_ = round_without_key(Phase.REVIEW)
    with at(round_, 2):
        remind()
    message = compose(db.session.scalars(sa.select(Letter)).one())
    assert said in message.body
    assert f"/gestion/budgets/{round_.slug}/cle" in message.body
    assert round_.title in message.subject


def test_the_worker_looks_by_itself(app):
    make_person(roles=(Role.OFFICER,))
    round_without_key(Phase.VOTING)
    tasks = app.extensions["jobs"].huey._registry._periodic_tasks
    task = next(each for each in tasks if each.__name__ == "remind_of_keys")
    task().execute()
    assert len(letters()) == 1


def test_a_key_made_meanwhile_silences_the_reminder(app):
    make_person(roles=(Role.OFFICER,))
    round_ = round_without_key(Phase.VOTING)
    with transaction():
        db.session.add(
            ElectionKey(
                round_id=round_.id, public_key="00" * 32, fingerprint="00" * 32, trustees=3, threshold=2,
                created_by="system", created_at=now(),
            )
        )  # fmt: skip
    assert remind() == 0
