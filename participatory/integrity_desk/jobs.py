"""Every five minutes: a pass over each round whose ballots came or changed, and a full one once the vote is closed."""

import sqlalchemy as sa
import structlog
from flask import Flask
from huey import crontab

from participatory.ballots.models import UrnState, VoteOpening, VoteStep
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.integrity_desk.passing import assess_round, is_due, is_full, look
from participatory.rounds.models import Round
from participatory.web.settings import secret_store

log = structlog.get_logger()
_ENDED = (UrnState.SEALED.value, UrnState.ANNULLED.value)


def assess_what_came() -> int:
    """Look at every vote that is open or under control and has changed; how many passes were written."""
    return sum(_assess(number) for number in _rounds())


def _rounds() -> list[int]:
    ended = sa.select(VoteStep.round_id).where(VoteStep.state.in_(_ENDED))
    opened = sa.select(VoteOpening.round_id).where(VoteOpening.round_id.not_in(ended))
    numbers = list(db.session.scalars(opened.order_by(VoteOpening.round_id)))
    db.session.remove()
    return numbers


def _assess(number: int) -> bool:
    """One pass; reading and thinking hold nothing, so that nobody who votes waits for them."""
    round_ = db.session.get_one(Round, number)
    if not is_due(round_):
        db.session.remove()
        return False
    store, moment, full = secret_store(), now(), is_full(round_)
    looked = look(round_, store, moment, full=full)
    db.session.remove()
    if looked is None:
        return False
    with transaction():
        done = assess_round(db.session.get_one(Round, number), store, moment, looked=looked)
        facts = {"events": done.events, "flagged": done.flagged, "cases": done.cases} if done else {}
    db.session.remove()
    if done is not None:
        log.info("integrity_pass", round=number, full=full, seconds=round(looked.seconds, 1), **facts)
    return done is not None


def register(app: Flask) -> None:
    """Give the worker its task."""

    def assess() -> int:
        with app.app_context():
            return assess_what_came()

    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/5"), name="assess_ballots")(assess)
