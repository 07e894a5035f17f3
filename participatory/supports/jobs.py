"""Every quarter of an hour, a look at the supports of the rounds where they are open."""

import structlog
from flask import Flask
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.integrity.events import Event
from participatory.integrity.queries import signals_of
from participatory.integrity.rules import Act, Parameters
from participatory.rounds.models import Round
from participatory.supports.looking import find, keep, keys_of
from participatory.supports.queries import rounds_to_read

log = structlog.get_logger()


def look() -> int:
    """Look at every round that asks for it; how many supports look alike. Nothing is locked while scores are made."""
    found = 0
    for round_ in rounds_to_read(now()):
        finding = find(events_of(round_), Parameters())
        with transaction():
            found += keep(round_, finding, now())
    return found


def events_of(round_: Round) -> list[Event]:
    """How the supports of a round that were not taken back were given."""
    known = keys_of(round_)
    return [each.event(each.person) for each in signals_of(round_, Act.SUPPORT) if each.key in known]


def look_in_time(app: Flask) -> None:
    """Have the worker look every quarter of an hour."""

    def carry_out() -> None:
        with app.app_context():
            found = look()
            db.session.remove()
        if found:
            log.info("supports_look_alike", supports=found)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="7,22,37,52"), name="look_at_supports")(carry_out)
