"""The disk fills while people vote: who is not served knows it, nothing is half written, and votes go on afterwards."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.ledger import Ledger
from tests.faults.postgresql import Server
from tests.faults.service import Service
from tests.faults.verdict import hold_to_account

# Bytes that files of the database may have: less than it holds already.
LIMIT = 200_000


def vote_through(ledger: Ledger, full: Iterator[None]) -> None:
    """All vote until somebody meets the full disk; then there is room again, and all are answered in the end."""
    ledger.calm.clear()
    next(full)
    with ledger.everybody_votes(times=12):
        ledger.await_breakdown()
        next(full, None)
        ledger.calm.set()
    assert ledger.told == 96
    hold_to_account(ledger)


def test_votes_survive_a_full_disk_on_sqlite(service_on_sqlite):
    vote_through(Ledger(service_on_sqlite, voters=8), no_room_for(service_on_sqlite))


def no_room_for(service: Service) -> Iterator[None]:
    """Writes of the workers fail half-way, as on a full disk; then they have room again."""
    for process in service.workers:
        _soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LIMIT, hard))
    yield
    for process in service.workers:
        _soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_votes_survive_a_full_disk_on_postgresql(service_on_postgresql, own_postgresql, tmp_path):
    with small_disk(own_postgresql, tmp_path) as disk:
        vote_through(Ledger(service_on_postgresql, voters=8), filled(disk))


@contextmanager
def small_disk(server: Server, folder: Path) -> Iterator[Path]:
    """A disk of a few megabytes in memory, and the urn and the journal on it; only root can make one."""
    disk = Path(server.folder) / "small-disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
    if mount is None or os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be made here: the test of PostgreSQL on a full disk is left out")
    try:
        (disk / "tables").mkdir()
        shutil.chown(disk / "tables", server.user)
        server.run(f"CREATE TABLESPACE small LOCATION '{disk / 'tables'}'")
        _move(server, "small")
        yield disk
    finally:
        with suppress(OSError):
            (disk / "ballast").unlink()
        _move(server, "pg_default")
        server.run("DROP TABLESPACE small")
        subprocess.run(["umount", str(disk)], check=True)


def _move(server: Server, tablespace: str) -> None:
    for table in ("journal_entry", "envelope"):
        server.run(f"ALTER TABLE {table} SET TABLESPACE {tablespace}")


def filled(disk: Path) -> Iterator[None]:
    """Not a byte is left; then there is room again."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)) == 4096:
            continue
    yield
    ballast.unlink()
