"""Sending reminders, batch by batch; who wants none is never written to."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import BasketBegun
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.outbox.actions import enqueue
from participatory.reminders.models import ReminderRefusal, ReminderSent
from participatory.reminders.queries import Batch, next_batch, refuses
from participatory.reminders.rules import Reminder
from participatory.rounds.models import Round

LETTERS = {Reminder.BASKET: "reminder_basket", Reminder.LAST_CHANCE: "reminder_last_chance"}

# What fills the letter of one person, in their language.
Words = Callable[[Round, Person], dict[str, str]]


def remind_some(
    round_: Round, kind: Reminder, store: SecretStore, words: Words, now: datetime, *, after: int, size: int
) -> Batch | None:
    """Queue the letters of the next accounts and note that they left; None when all were looked at."""
    batch = next_batch(round_, kind, store.get("pepper", round_.public_id), now, after=after, size=size)
    if batch is None:
        return None
    for person in batch.people:
        db.session.add(ReminderSent(round_id=round_.id, person_id=person.id, kind=kind.value))
        enqueue(person.email, LETTERS[kind], person.locale, now, **words(round_, person))
    return batch


def choose(person: Person, *, wanted: bool) -> None:
    """Send reminders to a person, or none any more."""
    if wanted:
        db.session.execute(sa.delete(ReminderRefusal).where(ReminderRefusal.person_id == person.id))
    elif not refuses(person):
        db.session.add(ReminderRefusal(person_id=person.id))


def forget_of(round_id: int, most: int) -> int:
    """Delete what reminders knew of a round that is over, at most so many rows of each table; how many went."""
    gone = 0
    for table in (ReminderSent, BasketBegun):
        people = sa.select(table.person_id).where(table.round_id == round_id).distinct().limit(most)
        done = db.session.execute(sa.delete(table).where(table.round_id == round_id, table.person_id.in_(people)))
        gone += done.rowcount  # type: ignore[attr-defined]
    return gone
