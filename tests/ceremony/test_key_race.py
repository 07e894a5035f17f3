"""Two officers at once, on each database: one key, whose shares are those that one of them was shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa

from participatory.ceremony.actions import create_key, remind_officers
from participatory.ceremony.models import ElectionKey
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.urn.sealing import public_of
from participatory.urn.shares import combine
from tests.ceremony.test_ceremony_pages import round_without_key
from tests.factories import make_person


def at_once(app, round_, deed, times=4):
    start, round_id = Barrier(times), round_.id

    def one(_number):
        with app.app_context():
            held = db.session.get(Round, round_id)
            start.wait()
            try:
                with transaction():
                    return deed(held)
            except Refusal:
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_of_officers_who_make_a_key_at_once_one_does_and_its_shares_open_it(app_on_each_database):
    round_ = round_without_key()
    given = at_once(app_on_each_database, round_, lambda held: create_key(held, 3, 2, "system", now()))
    (shares,) = [each for each in given if each is not None]
    db.session.rollback()
    key = db.session.scalars(sa.select(ElectionKey)).one()
    assert public_of(combine(shares[1:])).hex() == key.public_key


def test_a_reminder_that_two_workers_meet_is_written_once(app_on_each_database):
    make_person(roles=(Role.OFFICER,))
    round_ = round_without_key(Phase.VOTING)
    at_once(
        app_on_each_database,
        round_,
        lambda held: remind_officers(held, now(), words=lambda _locale: "demain", link="/cle"),
    )
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1
