"""The daily job: each rule of retention in bounded batches, each batch with its dated record.

Killed halfway, what is committed is done and recorded, and the next run goes on. Run twice at
once, batches take turns: no row is counted twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa
import structlog

from participatory.core.database import db, transaction
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.privacy.expiring import warn_unused
from participatory.privacy.holdings import Coming, Deleted, Retention, retention_rules
from participatory.privacy.models import DeletionRecord
from participatory.privacy.rules import BATCH
from participatory.web.pages import absolute_url
from participatory.web.settings import config

log = structlog.get_logger()
# Any constant will do, so long as no other lock of the application uses it.
_JOB_LOCK = 20_261_123
# What is left waits for the next day: the job must end.
MOST_BATCHES = 1000


@dataclass(frozen=True)
class Done:
    """What one rule deleted in a run."""

    rule: str
    deleted: int


def run(now: datetime, *, batch: int = BATCH) -> list[Done]:
    """Carry out every rule; gives what was deleted, rule by rule. A rule that fails does not stop the others."""
    _guarded("warnings", partial(_warn, now, batch))
    return [Done(rule.key, _guarded(rule.key, partial(carry_out, rule, now, batch))) for rule in retention_rules()]


def _guarded(rule: str, work: Callable[[], int]) -> int:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 — one rule never stops the others.
        log.warning("retention_failed", rule=rule, error=type(error).__name__)
        return 0


def carry_out(rule: Retention, now: datetime, batch: int = BATCH) -> int:
    """Carry out one rule until nothing is due; how many rows went."""
    total = 0
    for _turn in range(MOST_BATCHES):
        with transaction():
            _take_turn()
            done = rule.batch(now, batch)
            if done is not None and done.number:
                _note(rule, done, now)
        if done is None or not done.number:
            break
        total += done.number
    return total


def _take_turn() -> None:
    """Two runs at once delete in turn (PostgreSQL); SQLite has one writer anyway."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_JOB_LOCK)))


def _note(rule: Retention, done: Deleted, now: datetime) -> None:
    db.session.add(DeletionRecord(rule=rule.key, round_id=done.round_id, deleted=done.number, at=now))
    db.session.flush()
    record(Verb.RETENTION_APPLIED, SYSTEM, now, rule=rule.key, round=done.round_key, deleted=done.number)


def _warn(now: datetime, batch: int) -> int:
    link, contact = absolute_url("identity.sign_in"), config().contact_email
    total = 0
    for _turn in range(MOST_BATCHES):
        with transaction():
            _take_turn()
            told = warn_unused(now, batch, link=link, contact=contact)
        total += told
        if not told:
            break
    return total


def due(moment: datetime) -> list[tuple[Retention, Sequence[Coming]]]:
    """What each rule will have to delete by an instant (UTC)."""
    return [(rule, rule.coming(moment)) for rule in retention_rules()]
