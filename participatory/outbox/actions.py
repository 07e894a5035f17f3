"""Queue letters inside the deed's transaction; claim, send and forget them afterwards."""

from datetime import datetime

import sqlalchemy as sa
import structlog

from participatory.core.database import after_commit, db, lock
from participatory.outbox.models import Letter
from participatory.outbox.rules import CLAIM_LASTS, MAX_ATTEMPTS, next_attempt
from participatory.outbox.signals import letters_waiting

log = structlog.get_logger()


def enqueue(recipient: str | None, template: str, locale: str, now: datetime, **values: str) -> Letter | None:
    """Queue a letter: `templates/mail/<template>.txt`, whose first line is the subject.

    It leaves only if the transaction commits; the worker is woken then. Whoever gave no
    address (an establishment may prove who somebody is without one) gets no letter: None.
    """
    if not recipient:
        return None
    letter = Letter(
        recipient=recipient,
        template=template,
        locale=locale,
        values=values,
        created_at=now,
        not_before=now,
        claimed_at=None,
    )
    db.session.add(letter)
    after_commit(letters_waiting.send)
    return letter


def claim_next(now: datetime) -> Letter | None:
    """Take the oldest letter that is due, so that no other worker sends it."""
    due = (
        sa.select(Letter)
        .where(Letter.not_before <= now, Letter.attempts < MAX_ATTEMPTS)
        .where(sa.or_(Letter.claimed_at.is_(None), Letter.claimed_at < now - CLAIM_LASTS))
        .order_by(Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter = db.session.scalars(due).first()
    if letter is not None:
        letter.claimed_at = now
        letter.attempts += 1
    return letter


def forget(letter_id: int) -> None:
    """The letter has left: its row goes too.

    It may hold a sign-in link; and the letter of a ballot, with its address and its instant, beside the
    journal's row of the same instant, would join a person to a receipt.
    """
    db.session.execute(sa.delete(Letter).where(Letter.id == letter_id))


def mark_failed(letter_id: int, error: str, now: datetime) -> None:
    """The letter could not leave: say why and when to try again; nothing when another worker has sent it since."""
    letter = db.session.scalars(lock(sa.select(Letter).where(Letter.id == letter_id))).first()
    if letter is None:
        return
    if letter.attempts >= MAX_ATTEMPTS:
        # An address that never answers: kept, the letter of a ballot would join a person to a receipt for ever.
        log.warning("letter_given_up", letter=letter.id, template=letter.template)
        forget(letter.id)
        return
    letter.claimed_at = None
    letter.last_error = error.replace("\0", "")[:300]
    letter.not_before = next_attempt(letter.attempts, now)
