"""Telling people, reading, choosing how often to be written to, and taking out what a digest tells."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.identity.models import Person
from participatory.notifications.models import DigestSent, LetterChoice, Notification
from participatory.notifications.queries import pace_of
from participatory.notifications.refusing import stop_link
from participatory.notifications.rules import DIGESTS, OBLIGATORY, Pace, Topic, period_name, period_start
from participatory.outbox.actions import enqueue


def tell(person: Person, topic: Topic, template: str, now: datetime, *, link: str, **values: str) -> None:
    """Put a notice on the site and, as the person chose for the topic, a letter at once or in a digest.

    `template` is one of `templates/mail`, filled with `values` and `link`, an absolute address of this site.
    """
    pace = pace_of(person, topic)
    filled = {"link": link, **values}
    db.session.add(
        Notification(
            person_id=person.id,
            topic=topic.value,
            template=template,
            values=filled,
            link=link,
            created_at=now,
            waits=pace.value if pace in DIGESTS and person.email else "",
        )
    )
    if pace is Pace.NOW:
        stop = {} if topic in OBLIGATORY else {"unsubscribe": stop_link(person, topic)}
        enqueue(person.email, template, person.locale, now, **filled, **stop)


def read_one(notice: Notification, now: datetime) -> None:
    """Note that a notice was read; the first time counts."""
    notice.read_at = notice.read_at or now


def read_all(person: Person, now: datetime) -> None:
    """Note that a person has read whatever they were told until now."""
    waiting = sa.update(Notification).where(Notification.person_id == person.id, Notification.read_at.is_(None))
    db.session.execute(waiting.where(Notification.created_at <= now).values(read_at=now))


def choose(person: Person, topic: Topic, pace: Pace) -> None:
    """Set how often letters about a topic leave, also of what waits already; ValueError for an obligatory one."""
    if topic in OBLIGATORY:
        raise ValueError(topic)
    choice = db.session.get(LetterChoice, (person.id, topic.value))
    if choice is None:
        db.session.add(LetterChoice(person_id=person.id, topic=topic.value, pace=pace.value))
    else:
        choice.pace = pace.value
    waiting = sa.update(Notification).where(Notification.person_id == person.id, Notification.topic == topic.value)
    # What waited for a digest goes in the next one: a letter for each, days later, would surprise.
    later = pace.value if pace in DIGESTS else Pace.DAILY.value if pace is Pace.NOW else ""
    db.session.execute(waiting.where(Notification.waits != "").values(waits=later))


def take_digest(person_id: int, pace: Pace, now: datetime) -> tuple[Person, Sequence[Notification]] | None:
    """Take out what the digest of the present period tells a person; None when it left already or nothing waits.

    The person's row is held meanwhile: a job that runs twice sends one digest.
    """
    person = db.session.scalars(
        lock(sa.select(Person).where(Person.id == person_id)).options(sa.orm.lazyload("*"))
    ).one()
    sent = db.session.get(DigestSent, (person_id, pace.value), populate_existing=True)
    period = period_name(pace, now)
    if sent is not None and sent.period >= period:
        return None
    wanted = sa.select(Notification).where(Notification.person_id == person_id, Notification.waits == pace.value)
    notices = db.session.scalars(
        wanted.where(Notification.created_at < period_start(pace, now)).order_by(Notification.id)
    ).all()
    if not notices:
        return None
    for each in notices:
        each.waits = ""
    if sent is None:
        db.session.add(DigestSent(person_id=person_id, pace=pace.value, period=period))
    else:
        sent.period = period
    return person, notices


def forget_old(before: datetime, most: int) -> int:
    """Delete notices from before an instant, at most so many; how many went."""
    rows = sa.select(Notification.id).where(Notification.created_at < before).limit(most)
    done = db.session.execute(sa.delete(Notification).where(Notification.id.in_(rows)))
    return int(done.rowcount)  # type: ignore[attr-defined]
