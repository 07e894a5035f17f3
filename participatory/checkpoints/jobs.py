"""The hourly work: sign the head of the journal and write to the observers."""

from flask import Flask
from huey import crontab

from participatory.checkpoints.actions import sign_head, tell_observers
from participatory.checkpoints.queries import signed
from participatory.checkpoints.rules import Signed
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.web.pages import absolute_url
from participatory.web.settings import secret_store


def sign_and_tell() -> tuple[Signed, int] | None:
    """Sign the head and queue the letters: the checkpoint and how many are told; None when nothing is new."""
    link, moment = absolute_url("checkpoints.index"), now()
    with transaction():
        checkpoint = sign_head(secret_store(), moment)
        if checkpoint is None:
            return None
        told = tell_observers(checkpoint, moment, link=link)
    return signed(checkpoint), len(told)


def sign_hourly(app: Flask) -> None:
    """Have the worker sign at the seventh minute of each hour: deeds of the calendar are done on the hour."""

    def carry_out() -> None:
        with app.app_context():
            sign_and_tell()
            db.session.remove()

    app.extensions["jobs"].huey.periodic_task(crontab(minute="7"), name="sign_head")(carry_out)
