"""Every hour, the officers are told of the urgent notices whose day has passed without a decision."""

import structlog
from flask import Flask
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.notices.contents import content_if_any
from participatory.notices.letters import send_to_person
from participatory.notices.queries import overdue
from participatory.notices.routing import told_when_late
from participatory.notices.shared import letters

log = structlog.get_logger()


def tell_of_late() -> int:
    """Tell of each late notice once; how many there were. A text stays hidden until a person decides."""
    moment = now()
    with transaction():
        late = overdue(moment)
        for notice in late:
            notice.late_told_at = moment
            for person in told_when_late(content_if_any(notice.kind, notice.key), moment):
                send_to_person(notice, person, letters(), moment, late=True)
    return len(late)


def tell_in_time(app: Flask) -> None:
    """Have the worker look every hour."""

    def carry_out() -> None:
        with app.app_context():
            late = tell_of_late()
            db.session.remove()
        if late:
            log.info("urgent_notices_late", notices=late)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="3"), name="late_notices")(carry_out)
