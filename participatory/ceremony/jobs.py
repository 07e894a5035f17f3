"""The periodic work: remind officers of a vote that has no key."""

from datetime import datetime
from functools import partial

from flask import Flask
from flask_babel import force_locale
from huey import crontab

from participatory.ceremony.actions import remind_officers
from participatory.ceremony.queries import without_key
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url


def remind() -> int:
    """Write to the officers of each round without key whose reminder is due; how many letters."""
    moment, written = now(), 0
    for round_ in without_key(moment):
        link = absolute_url("ceremony.show", slug=round_.slug)
        with transaction():
            written += remind_officers(round_, moment, words=partial(_said, round_.voting_at), link=link)
    return written


def _said(moment: datetime, locale: str) -> str:
    with force_locale(locale):
        return deadline_words(moment)


def remind_in_time(app: Flask) -> None:
    """Have the worker look every ten minutes, so that an opening without key is told at once."""

    def carry_out() -> None:
        with app.app_context():
            remind()
            db.session.remove()

    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/10"), name="remind_of_keys")(carry_out)
