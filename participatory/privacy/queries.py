"""Finding readings, deletions, changes of address, and people by address or code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.queries import person_by_email, person_by_public_id
from participatory.privacy.models import AddressChange, DeletionRecord, PersonalReading
from participatory.privacy.rules import READING_LASTS

_MOST_RECORDS = 200


@dataclass(frozen=True)
class Deletions:
    """What one rule deleted in one day, of one round (its row, None for none)."""

    day: date
    rule: str
    round_id: int | None
    deleted: int


def readings_of(person: Person) -> list[PersonalReading]:
    """Who of the staff read what is held about a person, the latest first."""
    wanted = sa.select(PersonalReading).where(PersonalReading.person_id == person.id)
    return list(db.session.scalars(wanted.order_by(PersonalReading.read_at.desc(), PersonalReading.id.desc())))


def open_reading(public_id: str, reader: Person, now: datetime) -> PersonalReading:
    """A reading that this member of staff gave a reason for a short while ago; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(PersonalReading).where(PersonalReading.public_id == public_id.replace("\0", ""))
    found = db.session.scalars(wanted).first()
    if found is None or found.reader_id != reader.id or not found.read_at <= now < found.read_at + READING_LASTS:
        raise Refusal(N_("Cette consultation est terminée : redites qui vous cherchez et pourquoi."), Kind.NOT_FOUND)
    return found


def person_sought(text: str) -> Person | None:
    """The person of a whole address or of a public code; None when nobody has it."""
    # PostgreSQL refuses a text that holds a NUL.
    bare = text.replace("\0", "").strip().lower()
    if not bare:
        return None
    return person_by_email(bare) if "@" in bare else _in_use(person_by_public_id(bare))


def _in_use(person: Person | None) -> Person | None:
    return None if person is None or is_emptied(person) else person


def is_emptied(person: Person) -> bool:
    """Whether the account was deleted and its row stays only because others name it."""
    return person.display_name == ""


def locked_person(person_id: int) -> Person | None:
    """A person held until the transaction ends, read as they now are; None once the account is deleted."""
    statement = lock(sa.select(Person).where(Person.id == person_id)).with_for_update(of=Person)
    return _in_use(db.session.scalars(statement.execution_options(populate_existing=True)).first())


def change_of(person: Person, public_id: str) -> AddressChange:
    """The change of address that a person asked for, held; raises Refusal (NOT_FOUND) for anybody else's."""
    wanted = sa.select(AddressChange).where(AddressChange.public_id == public_id.replace("\0", ""))
    found = db.session.scalars(lock(wanted).execution_options(populate_existing=True)).first()
    if found is None or found.person_id != person.id:
        raise Refusal(N_("Cette demande de changement d’adresse n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def deletions() -> Sequence[Deletions]:
    """What was deleted, by day, rule and round, the latest first."""
    on = sa.func.date(DeletionRecord.at)
    rows = db.session.execute(
        sa.select(on, DeletionRecord.rule, DeletionRecord.round_id, sa.func.sum(DeletionRecord.deleted))
        .group_by(on, DeletionRecord.rule, DeletionRecord.round_id)
        .order_by(on.desc(), DeletionRecord.rule)
        .limit(_MOST_RECORDS)
    )
    # SQLite gives a text, PostgreSQL a date.
    return [
        Deletions(date.fromisoformat(str(day)), rule, round_id, int(number)) for day, rule, round_id, number in rows
    ]
