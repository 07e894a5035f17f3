"""What a person was told, what they have not read, and how often they want letters."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.notifications.models import LetterChoice, Notification
from participatory.notifications.rules import DEFAULTS, OBLIGATORY, Pace, Topic

PAGE = 30


def pace_of(person: Person, topic: Topic) -> Pace:
    """How often letters about a topic leave to a person."""
    if topic in OBLIGATORY:
        return DEFAULTS[topic]
    choice = db.session.get(LetterChoice, (person.id, topic.value))
    return Pace(choice.pace) if choice is not None else DEFAULTS[topic]


def paces_of(person: Person) -> dict[Topic, Pace]:
    """The same for every topic."""
    chosen = db.session.scalars(sa.select(LetterChoice).where(LetterChoice.person_id == person.id))
    return DEFAULTS | {Topic(each.topic): Pace(each.pace) for each in chosen if Topic(each.topic) not in OBLIGATORY}


def unread(person: Person) -> int:
    """How many notices a person has not read."""
    waiting = sa.select(sa.func.count()).select_from(Notification)
    return db.session.scalar(waiting.where(Notification.person_id == person.id, Notification.read_at.is_(None))) or 0


def told(person: Person, before: int | None = None, size: int = PAGE) -> Sequence[Notification]:
    """The latest notices of a person, the newest first; those that came before a row where `before` names one."""
    wanted = sa.select(Notification).where(Notification.person_id == person.id)
    if before is not None:
        wanted = wanted.where(Notification.id < before)
    return db.session.scalars(wanted.order_by(Notification.id.desc()).limit(size)).all()


def own(person: Person, public_id: str) -> Notification:
    """One notice of a person; raises Refusal (NOT_FOUND) for anything else, somebody else's too."""
    wanted = sa.select(Notification).where(Notification.person_id == person.id, Notification.public_id == public_id)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Cet avis n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def waiting_people(pace: Pace, before: datetime) -> Sequence[int]:
    """The rows of people of whom notices from before an instant wait for a digest of this pace."""
    wanted = sa.select(Notification.person_id).where(Notification.waits == pace.value, Notification.created_at < before)
    return db.session.scalars(wanted.distinct().order_by(Notification.person_id)).all()
