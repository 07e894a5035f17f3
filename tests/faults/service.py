"""The real service, in processes that a test may kill: gunicorn over the application as it is shipped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import psutil
from flask import Flask

from tests.conftest import make_app

ROOT = Path(__file__).parent.parent.parent
# Seconds after which a server that does not answer is given up.
STARTS = 90
IN_MEMORY = {"HUEY_URL": "memory://", "RATE_LIMIT_STORAGE": "memory://"}
# Nothing listens there: letters wait, and votes must go on all the same.
NO_MAIL = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9"}


class Service:
    """Two workers of gunicorn on a database, and the application of the test beside them on the same one.

    The listening socket belongs to the test: while everything behind it is dead, people who
    vote wait in its queue, as they would before a proxy.
    """

    def __init__(
        self, folder: Path, database_url: str = "", workers: int = 2, threads: int = 4, *, in_memory: bool = True
    ) -> None:
        self.folder = folder
        self.app: Flask = make_app(folder, database_url, smtp_host="127.0.0.1", smtp_port=9)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.address: tuple[str, int] = self.listener.getsockname()
        self._workers, self._threads = workers, threads
        self._environment = {
            **os.environ,
            **NO_MAIL,
            "PYTHONPATH": str(ROOT),
            "INSTANCE": str(folder),
            "DATABASE_URL": database_url,
            "WEB_THREADS": str(threads),
            **(IN_MEMORY if in_memory else {}),
        }
        self._master: psutil.Popen | None = None

    def start(self) -> None:
        """Start the web server; who was waiting is served as soon as it is ready.

        Raises AssertionError with what the server said when it does not start.
        """
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"fd://{self.listener.fileno()}"]
        command += ["--worker-class", "gthread", "--workers", str(self._workers), "--threads", str(self._threads)]
        # Loaded once by the master, so that workers come back at once however busy the machine is.
        command += ["--preload", "--log-level", "critical", "--no-control-socket"]
        with (self.folder / "server.log").open("ab") as log:
            self._master = psutil.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                pass_fds=[self.listener.fileno()],
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        connection = HTTPConnection(*self.address, timeout=STARTS)
        try:
            connection.request("GET", "/sante")
            connection.getresponse().read()
        except OSError:
            said = (self.folder / "server.log").read_text("utf-8")[-2000:]
            raise AssertionError(f"the web server does not start: {said}") from None
        finally:
            connection.close()

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that serve requests."""
        assert self._master is not None
        return self._master.children()

    def kill_workers(self) -> None:
        """kill -9 of every worker; their master starts others."""
        _kill(self.workers)

    def kill_all(self) -> None:
        """kill -9 of the whole web server, master and workers at once."""
        assert self._master is not None
        _kill([self._master, *self.workers])
        self._master.wait()
        self._master = None

    def stop(self) -> None:
        """Give everything back."""
        if self._master is not None:
            self.kill_all()
        self.listener.close()


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
