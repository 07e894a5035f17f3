"""Every five minutes, the letters about projects that were taken out of a vote."""

import structlog
from flask import Flask
from flask_babel import force_locale
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.removals.actions import tell_some
from participatory.removals.models import Removal
from participatory.removals.queries import untold
from participatory.rounds.rules import Phase
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url
from participatory.web.settings import secret_store

log = structlog.get_logger()
BATCH = 500


def tell_voters() -> int:
    """Queue every letter that waits; how many. A batch is a transaction, in which the place reached moves too."""
    sent = 0
    for removal_id in [each.id for each in untold()]:
        told: int | None = 0
        while told is not None:
            with transaction():
                told = tell_some(removal_id, secret_store(), words, now(), size=BATCH)
            sent += told or 0
    return sent


def words(removal: Removal, person: Person) -> dict[str, str]:
    """What fills the letter of somebody who had voted; nothing says what they chose."""
    round_ = removal.proposal.round
    with force_locale(person.locale):
        closes = deadline_words(round_.calendar.starts(Phase.CONTROL))
    return {
        "round": round_.title,
        "title": " ".join(removal.proposal.title.split()),
        "reason": removal.reason,
        "closes": closes,
        "link": absolute_url("ballots.booth", slug=round_.slug),
    }


def tell_in_time(app: Flask) -> None:
    """Have the worker look every five minutes."""

    def carry_out() -> None:
        with app.app_context():
            sent = tell_voters()
            db.session.remove()
        if sent:
            log.info("removal_letters_queued", letters=sent)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/5"), name="tell_of_removals")(carry_out)
