"""Every quarter of an hour, a look at the comments of the rounds where they are open."""

import structlog
from flask import Flask
from huey import crontab

from participatory.comments.looking import find, keep, keys_of
from participatory.comments.queries import rounds_to_read
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.integrity.events import Event
from participatory.integrity.queries import signals_of
from participatory.integrity.rules import Act, Parameters
from participatory.rounds.models import Round

log = structlog.get_logger()


def look() -> int:
    """Look at every round that asks for it; how many comments look alike. Nothing is locked while scores are made."""
    found = 0
    for round_ in rounds_to_read(now()):
        finding = find(events_of(round_), Parameters())
        with transaction():
            found += keep(round_, finding, now())
    return found


def events_of(round_: Round) -> list[Event]:
    """How the comments of a round that were not taken back were written."""
    known = keys_of(round_)
    return [each.event(each.person) for each in signals_of(round_, Act.COMMENT) if each.key in known]


def look_in_time(app: Flask) -> None:
    """Have the worker look every quarter of an hour."""

    def carry_out() -> None:
        with app.app_context():
            found = look()
            db.session.remove()
        if found:
            log.info("comments_look_alike", comments=found)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="11,26,41,56"), name="look_at_comments")(carry_out)
