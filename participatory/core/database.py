"""The database session and the one way to write: `transaction()`.

SQLite's default transactions lose updates silently when two writers read before
they write. Here the driver's own transaction handling is off, and a write takes
the lock first with BEGIN IMMEDIATE. On PostgreSQL a deed locks the rows it needs
with `lock()`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

S = TypeVar("S", bound=sa.Select[Any])

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps no zone, so it is put back when read."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive instant: nobody could say which clock it was read on."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be stored")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of every table, with named constraints so that migrations can alter them."""

    registry = registry(metadata=sa.MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work: take the write lock, commit once, or roll back whole.

    What the request had read before is read again under the lock, so that a rule is
    never judged on a stale row. Callbacks given to `after_commit` run after success, those given
    to `after_rollback` once a refused deed was undone.
    Raises RuntimeError when something was changed outside a transaction, and inside another
    transaction, of which it would commit the half that is done.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        raise RuntimeError("transaction() inside transaction()")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside transaction()")
    session.commit()
    session.expire_all()
    session.info.update(after_commit=[], after_rollback=[], in_transaction=True)
    try:
        session.connection(execution_options={"write_lock": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        session.info["in_transaction"] = False
        for callback in session.info.pop("after_rollback", []):
            callback()
        raise
    finally:
        session.info["in_transaction"] = False
    for callback in session.info.pop("after_commit", []):
        callback()


def after_commit(callback: Callable[[], object]) -> None:
    """Run something once the present transaction is safe on disk; never if it rolls back."""
    waiting: list[Callable[[], object]] = db.session().info.setdefault("after_commit", [])
    if callback not in waiting:
        waiting.append(callback)


def after_rollback(callback: Callable[[], object]) -> None:
    """Run something if the present transaction is undone, such as noting why it was refused; never if it commits.

    The callback opens a transaction of its own.
    """
    db.session().info.setdefault("after_rollback", []).append(callback)


def lock(statement: S) -> S:
    """The same query, holding the rows it finds until the transaction ends (PostgreSQL).

    On SQLite the whole database is already held by BEGIN IMMEDIATE.
    """
    return statement.with_for_update()


# What is deleted is overwritten: a letter that has left, a code that was used, leave nothing to read in the file.
# FULL: with NORMAL, a log of writes loses its last commits when the power fails, and with them receipts already given.
_PRAGMAS = ("journal_mode=WAL", "busy_timeout=15000", "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON")


@event.listens_for(sa.Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(sa.Engine, "begin")
def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("write_lock", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
