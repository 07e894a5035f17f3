"""Two people who write at once: nothing is lost, on SQLite and on PostgreSQL."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from participatory.core import database
from participatory.core.clock import now
from participatory.core.database import after_commit, after_rollback, db, lock, transaction
from participatory.identity.models import Association
from participatory.journal.actions import SYSTEM, faults, length, record
from participatory.journal.rules import Verb
from participatory.outbox.models import Letter


def _letter() -> Letter:
    moment = now()
    return Letter(
        recipient="a@b.example",
        template="x",
        locale="fr",
        values={},
        created_at=moment,
        not_before=moment,
        claimed_at=None,
    )


def test_read_modify_write_from_eight_threads_loses_no_update(app_on_each_database):
    app = app_on_each_database
    with transaction():
        db.session.add(_letter())
    db.session.remove()

    def add_one(_turn: int) -> None:
        with app.app_context():
            with transaction():
                letter = db.session.scalars(lock(sa.select(Letter))).one()
                letter.attempts += 1
            db.session.remove()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(200)))
    assert db.session.scalars(sa.select(Letter)).one().attempts == 200


def test_what_was_read_before_the_lock_is_read_again_under_it(app):
    with transaction():
        db.session.add(Association(slug="a", name="A"))
    association = db.session.scalars(sa.select(Association)).one()
    with db.engine.connect() as other:
        other.execute(sa.update(Association).values(name="B"))
        other.commit()
    with transaction():
        assert association.name == "B"


def test_a_deed_that_fails_leaves_nothing_and_calls_nobody(app):
    called = []
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Association(slug="a", name="A"))
        after_commit(lambda: called.append(1))
        raise ZeroDivisionError
    assert db.session.scalars(sa.select(Association)).all() == []
    assert called == []


def test_rows_changed_outside_a_transaction_are_refused(app):
    db.session.add(Association(slug="a", name="A"))
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    db.session.rollback()


def test_a_transaction_inside_another_is_refused_and_the_outer_one_rolls_back(app):
    with pytest.raises(RuntimeError, match="inside"), transaction():
        db.session.add(Association(slug="a", name="A"))
        db.session.flush()
        with transaction():
            pass
    assert db.session.scalars(sa.select(Association)).all() == []
    with transaction():
        db.session.add(Association(slug="b", name="B"))


def test_journal_chains_deeds_from_many_threads_and_cannot_be_rewritten(app_on_each_database):
    app = app_on_each_database

    def deed(number: int) -> None:
        with app.app_context():
            with transaction():
                record(Verb.PERSON_CREATED, SYSTEM, now(), person=str(number))
            db.session.remove()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(deed, range(60)))
    assert list(faults()) == []
    assert length() == 60
    db.session.rollback()
    for statement in ("UPDATE journal_entry SET actor = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction():
            db.session.execute(sa.text(statement))
    assert length() == 60


def test_what_a_refused_deed_leaves_behind_is_written_apart(app):
    def note() -> None:
        with transaction():
            db.session.add(Association(slug="trace", name="La trace"))

    with pytest.raises(ValueError, match="refused"), transaction():
        db.session.add(Association(slug="deed", name="L’acte"))
        after_rollback(note)
        raise ValueError("refused")
    assert list(db.session.scalars(sa.select(Association.slug))) == ["trace"]
    with transaction():
        after_rollback(note)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Association)) == 1, "nothing was undone"


def test_an_acknowledged_deed_is_on_the_disk_should_the_power_fail(tmp_path):
    with closing(sqlite3.connect(tmp_path / "one.sqlite")) as connection:
        database._prepare_sqlite(connection, None)
        [(synchronous,)] = connection.execute("PRAGMA synchronous").fetchall()
    # 2 is FULL. The tests themselves do without it: see conftest.py.
    assert synchronous == 2
