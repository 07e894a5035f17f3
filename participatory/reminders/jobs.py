"""Each hour, the reminders that are due."""

import structlog
from flask import Flask
from flask_babel import force_locale
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.reminders.actions import remind_some
from participatory.reminders.queries import open_votes
from participatory.reminders.refusing import token_of
from participatory.reminders.rules import due
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url
from participatory.web.settings import secret_store

log = structlog.get_logger()
BATCH = 500


def send_due() -> int:
    """Queue every reminder that is due; how many. A batch is a transaction: killed halfway, nothing is sent twice."""
    sent = 0
    for round_ in open_votes(now()):
        kind = due(now(), round_.voting_at, round_.control_at)
        after = 0
        while kind is not None:
            with transaction():
                batch = remind_some(round_, kind, secret_store(), words, now(), after=after, size=BATCH)
            if batch is None:
                break
            after, sent = batch.last, sent + len(batch.people)
    return sent


def words(round_: Round, person: Person) -> dict[str, str]:
    """What fills a reminder: the round, its last hour, the booth, and the page that stops reminders."""
    with force_locale(person.locale):
        closes = deadline_words(round_.calendar.starts(Phase.CONTROL))
    booth = absolute_url("ballots.booth", slug=round_.slug)
    stop = absolute_url("reminders.refusal", token=token_of(person))
    return {"round": round_.title, "closes": closes, "link": booth, "stop": stop}


def remind_in_time(app: Flask) -> None:
    """Have the worker look each hour."""

    def carry_out() -> None:
        with app.app_context():
            sent = send_due()
            db.session.remove()
        if sent:
            log.info("reminders_queued", letters=sent)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="23"), name="send_reminders")(carry_out)
