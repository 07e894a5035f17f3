"""After a sealing, and every quarter of an hour: no link key stays, and the disk is cleaned."""

import structlog
from flask import Flask, current_app, has_app_context
from huey import crontab

from participatory.control.cleaning import clean_after, destroy_left_keys, rounds_to_clean
from participatory.control.signals import links_destroyed
from participatory.core.database import db
from participatory.web.settings import secret_store

log = structlog.get_logger()
_TASK = "clean_after_sealing"


def clean_what_waits() -> int:
    """Destroy the keys that stayed and clean after each sealing that waits for it; how many rounds were looked at."""
    store = secret_store()
    keys = destroy_left_keys(store)
    if keys:
        log.warning("link_keys_left", destroyed=keys)
    rounds = rounds_to_clean()
    for round_ in rounds:
        name, done = round_.public_id, clean_after(round_, store)
        if done.left:
            log.warning("sealing_not_cleaned", round=name, left=list(done.left), do="participatory seal clean")
        elif done.busy:
            log.info("sealing_cleaned_later", round=name, busy=list(done.busy))
    db.session.remove()
    return len(rounds)


def register(app: Flask) -> None:
    """Give the worker its tasks."""

    def clean() -> int:
        with app.app_context():
            return clean_what_waits()

    huey = app.extensions["jobs"].huey
    app.extensions[_TASK] = huey.task(name=_TASK)(clean)
    huey.periodic_task(crontab(minute="*/15"), name="clean_sealings_that_wait")(clean)


@links_destroyed.connect
def _ask_to_clean(_sender: object) -> None:
    """Ask the worker at once; a queue out of order must not show the deed as failed, and the clock asks again."""
    if not has_app_context():
        return
    try:
        current_app.extensions[_TASK]()
    except Exception as error:  # noqa: BLE001 — each kind of queue has its own faults.
        log.warning("cleaning_not_asked", error=type(error).__name__)
