"""Each hour, the digests that are due."""

import structlog
from flask import Flask
from flask_babel import force_locale
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.notifications.actions import take_digest
from participatory.notifications.models import Notification
from participatory.notifications.queries import waiting_people
from participatory.notifications.reading import shown
from participatory.notifications.rules import DIGESTS, Pace, period_start
from participatory.outbox.actions import enqueue
from participatory.web.pages import absolute_url

log = structlog.get_logger()
LETTERS = {Pace.DAILY: "digest_daily", Pace.WEEKLY: "digest_weekly"}
# A longer letter would not be read; the rest is on the site.
MOST = 40


def send_digests() -> int:
    """Queue every digest that is due; how many. Each is a transaction: killed halfway, nothing is sent twice."""
    sent = 0
    moment = now()
    for pace in DIGESTS:
        for person_id in waiting_people(pace, period_start(pace, moment)):
            with transaction():
                sent += _send(person_id, pace)
    return sent


def _send(person_id: int, pace: Pace) -> bool:
    moment = now()
    taken = take_digest(person_id, pace, moment)
    if taken is None:
        return False
    person, notices = taken
    words = digest_words(person.locale, list(notices))
    tune = absolute_url("notifications.choices")
    more = absolute_url("notifications.mine")
    enqueue(person.email, LETTERS[pace], person.locale, moment, tune=tune, more=more, **words)
    return True


def digest_words(locale: str, notices: list[Notification]) -> dict[str, str]:
    """The lines of a digest in a person's language, each with its address, and how many there are in all."""
    with force_locale(locale):
        lines = [f"– {each.title}\n  {each.link}" for each in map(shown, notices[:MOST])]
    return {"lines": "\n\n".join(lines), "number": str(len(notices)), "left": str(max(len(notices) - MOST, 0))}


def send_in_time(app: Flask) -> None:
    """Have the worker look each hour."""

    def carry_out() -> None:
        with app.app_context():
            sent = send_digests()
            db.session.remove()
        if sent:
            log.info("digests_queued", letters=sent)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="7"), name="send_digests")(carry_out)
