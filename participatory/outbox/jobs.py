"""The queue of background work: huey on a SQLite file, or on PostgreSQL where several machines share the work."""

from pathlib import Path

import structlog
from flask import Flask, current_app, has_app_context
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab

from participatory.outbox.sender import deliver_waiting
from participatory.outbox.signals import letters_waiting

log = structlog.get_logger()


class Jobs:
    """The tasks of one application; the worker runs them, the web process only asks."""

    def __init__(self, app: Flask, url: str, instance: Path):
        self.huey = _open(url, instance)
        self._app = app
        self._deliver = self.huey.task()(self._deliver_letters)
        # A letter that failed is due again later: the clock, too, must wake the sender.
        self.huey.periodic_task(crontab(minute="*"), name="deliver_due_letters")(self._deliver_letters)

    def wake(self) -> None:
        """Ask the worker to send what is waiting.

        The deed is committed by then: a queue out of order must not show it as failed, and the clock
        wakes the sender within a minute anyway.
        """
        try:
            self._deliver()
        except Exception as error:  # noqa: BLE001 — each kind of queue has its own faults.
            log.warning("sender_not_woken", error=type(error).__name__)

    def _deliver_letters(self) -> int:
        with self._app.app_context():
            return deliver_waiting()


def _open(url: str, instance: Path) -> Huey:
    if url == "memory://":
        return MemoryHuey("participatory")
    if url:
        return PostgresHuey("participatory", dsn=url)
    instance.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("participatory", filename=str(instance / "jobs.sqlite"))


@letters_waiting.connect
def wake_sender(_sender: object) -> None:
    """Wake the sender of the application in whose context the transaction was committed."""
    if has_app_context():
        current_app.extensions["jobs"].wake()
