"""What is held of notices: what a person was told for a year, and how often they want letters."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.notifications.actions import forget_old
from participatory.notifications.models import DigestSent, LetterChoice, Notification
from participatory.notifications.reading import shown
from participatory.notifications.rules import KEPT, Pace, Topic
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Erasure,
    Holding,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_retention,
)
from participatory.privacy.wording import day, moment_text, said


def _kept() -> str:
    return said(N_("un an ; vos choix de lettres, autant que le compte"))


def _held(person: Person, now: datetime) -> Holding | None:
    notices = db.session.scalars(
        sa.select(Notification).where(Notification.person_id == person.id).order_by(Notification.id.desc())
    ).all()
    chosen = db.session.scalars(sa.select(LetterChoice).where(LetterChoice.person_id == person.id)).all()
    digests = db.session.scalars(sa.select(DigestSent).where(DigestSent.person_id == person.id)).all()
    if not notices and not chosen and not digests:
        return None
    worded = [(shown(each), each) for each in notices]
    rows = [(day(each.created_at), words.title) for words, each in worded]
    rows += [(gettext(label(Topic(each.topic))), gettext(label(Pace(each.pace)))) for each in chosen]
    data = {
        "notices": [
            {"title": words.title, "told_at": moment_text(each.created_at), "read_at": moment_text(each.read_at)}
            for words, each in worded
        ],
        "choices": {each.topic: each.pace for each in chosen},
        "digests": {each.pace: each.period for each in digests},
    }
    return Holding(_kept(), tuple(rows), (), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    return Erasure()


def _erase(person: Person, now: datetime) -> None:
    for table in (Notification, LetterChoice, DigestSent):
        db.session.execute(sa.delete(table).where(table.person_id == person.id))


def _coming(moment: datetime) -> Sequence[Coming]:
    oldest, number = db.session.execute(
        sa.select(sa.func.min(Notification.created_at), sa.func.count()).where(Notification.created_at < moment - KEPT)
    ).one()
    return [Coming(number, oldest + KEPT)] if number else []


def _batch(now: datetime, most: int) -> Deleted | None:
    gone = forget_old(now - KEPT, most)
    return Deleted(gone) if gone else None


def offer(app: Flask) -> None:
    """Enter notices into the register, into deletions and into the daily job."""
    processing = Processing(
        "notifications",
        N_("Avis et choix de lettres"),
        N_("Avis reçus sur le site, lus ou non ; par sujet, le rythme des lettres que vous avez choisi"),
        N_("vous dire ce qui arrive à vos projets et à ceux que vous suivez, au rythme que vous voulez"),
        N_("vous"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    offer_retention(
        app, Retention("notifications", N_("Avis lus sur le site"), lambda: said(N_("un an")), _coming, _batch)
    )
