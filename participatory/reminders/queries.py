"""Who has not voted yet, as far as a reminder may know: on the roll, with an address, without a signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import BasketBegun, VoteOpening
from participatory.ballots.queries import signed_among
from participatory.core.clock import paris
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.reminders.models import ReminderRefusal, ReminderSent
from participatory.reminders.rules import Reminder
from participatory.rolls.keys import pseudonyms_of, voters_by_key
from participatory.rounds.models import Round


@dataclass(frozen=True)
class Batch:
    """Some accounts in their order: those to write to, and the last one looked at."""

    people: Sequence[Person]
    last: int


def open_votes(now: datetime) -> list[Round]:
    """The rounds whose vote has opened and is not over."""
    wanted = sa.select(Round).join(VoteOpening, VoteOpening.round_id == Round.id)
    return list(db.session.scalars(wanted.where(Round.control_at > now).order_by(Round.id)))


def refuses(person: Person) -> bool:
    """Whether a person asked for no more reminders."""
    return db.session.get(ReminderRefusal, person.id) is not None


def next_batch(round_: Round, kind: Reminder, pepper: bytes, now: datetime, *, after: int, size: int) -> Batch | None:
    """The next accounts of those that a letter may concern; None when all were looked at.

    `after` is the `id` of the last account looked at, `pepper` the secret of the round's pseudonyms.
    """
    people = list(db.session.scalars(_concerned(round_, kind, now).where(Person.id > after).limit(size)))
    if not people:
        return None
    names = {person.id: pseudonyms_of(pepper, person) for person in people}
    voters = voters_by_key(round_, [name for each in names.values() for name in each])
    signed = signed_among([voter.id for voter in voters.values()])
    waiting = [person for person in people if _has_not_voted([voters.get(name) for name in names[person.id]], signed)]
    return Batch(waiting, people[-1].id)


def _concerned(round_: Round, kind: Reminder, now: datetime) -> sa.Select[Person]:
    """Accounts with an address that were sent no such letter and refuse none; for a basket, those who began one."""
    sent = sa.select(ReminderSent.person_id).where(ReminderSent.round_id == round_.id, ReminderSent.kind == kind.value)
    wanted = sa.select(Person).where(Person.email.is_not(None), Person.merged_into_id.is_(None))
    wanted = wanted.where(Person.id.not_in(sent), Person.id.not_in(sa.select(ReminderRefusal.person_id)))
    if kind is Reminder.BASKET:
        begun = sa.select(BasketBegun.person_id).where(BasketBegun.round_id == round_.id)
        wanted = wanted.where(Person.id.in_(begun.where(BasketBegun.day < paris(now).date())))
    return wanted.options(sa.orm.selectinload(Person.known_as)).order_by(Person.id)


def _has_not_voted(lines: Sequence[object], signed: frozenset[int]) -> bool:
    ids = {line.id for line in lines if line is not None}  # type: ignore[attr-defined]
    return bool(ids) and not ids & signed
