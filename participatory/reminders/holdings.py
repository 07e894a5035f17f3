"""What reminders hold: that a basket was begun, that a letter left, that somebody wants none."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.ballots.models import BasketBegun
from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
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
from participatory.privacy.wording import plain_day, said
from participatory.reminders.actions import forget_of
from participatory.reminders.models import ReminderRefusal, ReminderSent
from participatory.reminders.queries import refuses
from participatory.rounds.models import Round

LASTS = N_("jusqu’à la clôture du vote")


def _held(person: Person, now: datetime) -> Holding | None:
    begun = db.session.execute(
        sa.select(Round.title, BasketBegun.day).join(Round).where(BasketBegun.person_id == person.id)
    ).all()
    sent = db.session.scalars(
        sa.select(Round.title).join(ReminderSent).where(ReminderSent.person_id == person.id)
    ).all()
    rows = [(title, said(N_("panier commencé le %(day)s"), day=plain_day(day))) for title, day in begun]
    rows += [(title, said(N_("un rappel vous a été envoyé"))) for title in sent]
    notes = (said(N_("Vous avez demandé à ne plus recevoir de rappel.")),) if refuses(person) else ()
    if not rows and not notes:
        return None
    data = {
        "baskets": [{"round": title, "begun_on": day.isoformat()} for title, day in begun],
        "reminders": list(sent),
        "refuses_reminders": bool(notes),
    }
    return Holding(said(LASTS), tuple(rows), notes, data)


def _foresee(person: Person, now: datetime) -> Erasure:
    return Erasure()


def _erase(person: Person, now: datetime) -> None:
    for table in (ReminderSent, ReminderRefusal, BasketBegun):
        db.session.execute(sa.delete(table).where(table.person_id == person.id))


def _over(moment: datetime) -> Sequence[tuple[Round, int]]:
    """The rounds whose vote is over by an instant and of which something is still held, with the number of rows."""
    found = []
    for round_ in db.session.scalars(sa.select(Round).where(Round.control_at <= moment)):
        held = sum(
            db.session.scalar(sa.select(sa.func.count()).where(table.round_id == round_.id)) or 0
            for table in (ReminderSent, BasketBegun)
        )
        if held:
            found.append((round_, held))
    return found


def _coming(moment: datetime) -> Sequence[Coming]:
    return [Coming(held, round_.control_at, round_.title) for round_, held in _over(moment)]


def _batch(now: datetime, most: int) -> Deleted | None:
    due = _over(now)
    if not due:
        return None
    round_, _held_rows = due[0]
    return Deleted(forget_of(round_.id, most), round_.id, round_.public_id)


def offer(app: Flask) -> None:
    """Enter reminders into the register, into deletions and into the daily job."""
    processing = Processing(
        "reminders",
        N_("Rappels de vote"),
        N_("Jour où un panier a été commencé, rappels envoyés, refus des rappels"),
        N_("rappeler le vote à qui n’a pas encore voté, une fois"),
        N_("vous"),
        lambda: said(N_("jusqu’à la clôture du vote ; le refus, autant que le compte")),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    offer_retention(
        app,
        Retention("reminders", N_("Paniers commencés et rappels envoyés"), lambda: said(LASTS), _coming, _batch),
    )
