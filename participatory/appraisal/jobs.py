"""Each hour, the reminders of the opinions that were asked and have not come."""

import structlog
from flask import Flask
from huey import crontab

from participatory.appraisal.opinions import remind_due
from participatory.appraisal.work import address
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.web.settings import secret_store

log = structlog.get_logger()


def send_due() -> int:
    """Queue every reminder that is due; how many."""
    sent = 0
    while True:
        with transaction():
            done = remind_due(now(), store=secret_store(), address=address)
        sent += done
        if not done:
            return sent


def remind_in_time(app: Flask) -> None:
    """Have the worker look each hour."""

    def carry_out() -> None:
        with app.app_context():
            sent = send_due()
            db.session.remove()
        if sent:
            log.info("opinion_reminders_queued", letters=sent)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="41"), name="remind_of_opinions")(carry_out)
