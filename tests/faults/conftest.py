"""The service on each database, started once for all the faults of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import close, prepare
from tests.faults.postgresql import Server
from tests.faults.service import Service


@pytest.fixture(scope="session")
def own_postgresql() -> Iterator[Server]:
    """A PostgreSQL server that tests may stop."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def service_on_sqlite(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> Iterator[Service]:
    """The service on a SQLite file."""
    folder = tmp_path_factory.mktemp("faults")
    shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
    yield from _running(Service(folder))


@pytest.fixture(scope="session")
def service_on_postgresql(tmp_path_factory: pytest.TempPathFactory, own_postgresql: Server) -> Iterator[Service]:
    """The service on the PostgreSQL server of these tests."""
    service = Service(tmp_path_factory.mktemp("faults"), own_postgresql.url)
    prepare(service.app)
    yield from _running(service)


def _running(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        service.stop()
        close(service.app)


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Service:
    """The same fault on both databases."""
    return request.getfixturevalue(f"service_on_{request.param}")
