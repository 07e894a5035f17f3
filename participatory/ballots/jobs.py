"""The periodic work: votes open on time, without waiting for their first voter."""

import structlog
from flask import Flask
from huey import crontab

from participatory.ballots.opening import due_to_open, open_vote
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal

log = structlog.get_logger()


def open_due_votes() -> int:
    """Open every vote whose hour has come and whose key is there; how many. Each in a transaction of its own."""
    moment, opened = now(), 0
    for round_ in due_to_open(moment):
        try:
            with transaction():
                open_vote(round_, moment)
        except Refusal as refusal:
            # Its dates or its key changed meanwhile; the next minute looks again, and the other votes open.
            log.warning("vote_not_opened", round=round_.public_id, why=refusal.message)
        else:
            opened += 1
    return opened


def open_in_time(app: Flask) -> None:
    """Have the worker look every minute."""

    def carry_out() -> None:
        with app.app_context():
            open_due_votes()
            db.session.remove()

    app.extensions["jobs"].huey.periodic_task(crontab(minute="*"), name="open_due_votes")(carry_out)
