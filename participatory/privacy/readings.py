"""Readings of personal data by staff: never without a reason, always told to the person."""

from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.identity.models import Person
from participatory.identity.rules import clean_name
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.privacy import policy
from participatory.privacy.models import PersonalReading
from participatory.privacy.rules import Task, reason_fault


def read_personal(by: Person, person: Person, reason: str, what: Task, now: datetime) -> PersonalReading:
    """Note that a member of staff reads what is held about a person, for a task and a reason.

    The person finds it in « Mes données » with the reader's role; the journal keeps who, about whom
    and for which task, as codes, without the reason. Raises Refusal.
    """
    refuse_if(policy.can_read(by, person))
    return note_reading(by, person, reason, what, now)


def note_reading(by: Person, person: Person, reason: str, what: Task, now: datetime) -> PersonalReading:
    """The same for somebody whom another permission allows it, which the caller has judged; raises Refusal."""
    refuse_if(reason_fault(reason))
    reading = PersonalReading(
        person_id=person.id,
        reader_id=by.id,
        reader_role=policy.reading_role(by).value,
        what=what.value,
        reason=clean_name(reason),
        read_at=now,
    )
    db.session.add(reading)
    db.session.flush()
    record(Verb.PERSONAL_DATA_READ, by.public_id, now, person=person.public_id, task=what.value)
    return reading
