"""A consistent copy of either database as a stream while others write, and back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from participatory.core.database import db

_CHUNK = 1024 * 1024
# Where the file of SQLite says that it is kept with a write-ahead log, which a copy in memory cannot have.
_WAL_MARK, _NO_WAL = slice(18, 20), b"\x01\x01"

# The position and the digest of the last row of the journal, (0, "") for none.
JournalEnd = tuple[int, str]
_LAST = "SELECT position, digest FROM journal_entry ORDER BY position DESC LIMIT 1"


class CannotBackUp(RuntimeError):  # noqa: N818 — it names what is not possible here.
    """What this machine or this database does not allow, in the words of an operator."""


@dataclass(frozen=True)
class Copy:
    """A copy of the database at one instant: a connection that reads it, and its bytes."""

    database: str
    connection: sa.Connection
    chunks: Iterator[bytes]


def copied() -> AbstractContextManager[Copy]:
    """Copy the database of the application, without stopping anybody who writes; raises CannotBackUp."""
    return _copied_sqlite() if kind() == "sqlite" else _copied_postgresql()


def kind() -> str:
    """Which database the application has: sqlite or postgresql."""
    return db.engine.dialect.name


def is_empty() -> bool:
    """Whether the database of the application has no table yet."""
    return not sa.inspect(db.engine).get_table_names()


def put_back(chunks: Iterable[bytes], end: JournalEnd) -> None:
    """Replace the whole database of the application by a copy, or leave it as it is; raises CannotBackUp.

    `end` is where the journal of the copy ends, by the head of its file: a copy of another one replaces nothing.
    """
    db.session.remove()
    if kind() == "sqlite":
        _put_back_sqlite(b"".join(chunks), end)
    else:
        _put_back_postgresql(chunks, end)
    db.engine.dispose()


@contextmanager
def _copied_sqlite() -> Iterator[Copy]:
    """In memory, and in one step: a second file in clear would leave its blocks on the disk after the sealing."""
    path = _sqlite_file()
    if not path.exists():
        raise CannotBackUp("there is no database yet")
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as memory:
        with closing(sqlite3.connect(path)) as live:
            live.backup(memory, pages=-1)
        engine = sa.create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool)
        with engine.connect() as connection:
            yield Copy("sqlite", connection, _serialized(connection, memory))


def _sqlite_file() -> Path:
    path = db.engine.url.database
    assert path
    return Path(path)


def _serialized(connection: sa.Connection, memory: sqlite3.Connection) -> Iterator[bytes]:
    connection.rollback()
    content = memory.serialize()
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _refuse_another_end(found: Any, end: JournalEnd) -> None:
    if (tuple(found) if found else (0, "")) != end:
        raise CannotBackUp("the journal in this copy is not the one that its head announces: nothing was changed")


def _put_back_sqlite(content: bytes, end: JournalEnd) -> None:
    usable = bytearray(content)
    usable[_WAL_MARK] = _NO_WAL
    with closing(sqlite3.connect(":memory:")) as memory, closing(sqlite3.connect(_sqlite_file(), timeout=30)) as live:
        memory.deserialize(bytes(usable))
        if memory.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise CannotBackUp("the copy is not a sound SQLite database: nothing was changed")
        _refuse_another_end(memory.execute(_LAST).fetchone(), end)
        live.execute("PRAGMA journal_mode=WAL")
        memory.backup(live, pages=-1)


@contextmanager
def _copied_postgresql() -> Iterator[Copy]:
    """What pg_dump reads and what `connection` reads are one snapshot."""
    program = _program("pg_dump")
    engine = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
        command = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        yield Copy("postgresql", connection, _output([*command, f"--dbname={_address()}"]))


def _output(command: list[str]) -> Iterator[bytes]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment()) as process:  # noqa: S603 — found on PATH.
        assert process.stdout
        while chunk := process.stdout.read(_CHUNK):
            yield chunk
    if process.returncode:
        raise CannotBackUp(f"pg_dump failed with status {process.returncode}")


# The former tables wait beside the new ones until these are whole.
_ASIDE = "participatory_before_restore"


def _put_back_postgresql(chunks: Iterable[bytes], end: JournalEnd) -> None:
    program = _program("pg_restore")
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run(f"ALTER SCHEMA public RENAME TO {_ASIDE}", "CREATE SCHEMA public")
    try:
        _input([program, *options, f"--dbname={_address()}"], chunks)
        with db.engine.connect() as connection:
            _refuse_another_end(connection.execute(sa.text(_LAST)).first(), end)
    except BaseException:
        _run("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {_ASIDE} RENAME TO public")
        raise
    _run(f"DROP SCHEMA {_ASIDE} CASCADE")


def _input(command: list[str], chunks: Iterable[bytes]) -> None:
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=_environment()) as process:  # noqa: S603 — found on PATH.
        assert process.stdin
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
        except BrokenPipeError:
            pass
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise CannotBackUp(f"pg_restore failed with status {process.returncode}: nothing was changed")


def _run(*statements: str) -> None:
    try:
        with db.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))
    except sa.exc.DBAPIError as error:
        raise CannotBackUp(f"PostgreSQL refuses “{statements[0]}”: {error.orig}") from error


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotBackUp(f"{name} is not on PATH: install the client programs of PostgreSQL, of its version or later")
    return found


def _address() -> str:
    # The password goes through the environment: whoever lists processes reads their command lines.
    return db.engine.url.set(drivername="postgresql", password=None).render_as_string()


def _environment() -> dict[str, str]:
    password = db.engine.url.password
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}
