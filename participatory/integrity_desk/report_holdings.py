"""What reports hold: what people saw, and an address until the answer; found for one person by that address alone."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity_desk.report_models import IntegrityReport
from participatory.integrity_desk.report_rules import KEPT
from participatory.integrity_desk.reporting import number_of
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
from participatory.rolls.holdings import ends_at
from participatory.rounds.models import Round


def _kept() -> str:
    return said(
        N_("autant que la liste électorale du budget, un an s’il n’y a pas de budget ; l’adresse, jusqu’à la réponse")
    )


def _of(person: Person) -> list[IntegrityReport]:
    """The reports to which this person asked for an answer at the address of the account."""
    if not person.email:
        return []
    wanted = sa.select(IntegrityReport).where(IntegrityReport.contact == person.email)
    return list(db.session.scalars(wanted.order_by(IntegrityReport.id)))


def _held(person: Person, now: datetime) -> Holding | None:
    reports = _of(person)
    if not reports:
        return None
    rows = tuple(
        (
            said(N_("Signalement %(number)s"), number=number_of(each)),
            said(N_("reçu le %(day)s"), day=day(each.received_at)),
        )
        for each in reports
    )
    data = [
        {
            "number": number_of(each),
            "received_at": moment_text(each.received_at),
            "seen": each.seen,
            "place": each.place,
            "moment": each.moment,
        }
        for each in reports
    ]
    note = said(N_("Rien ne les relie à votre compte, sinon l’adresse que vous avez laissée pour la réponse."))
    return Holding(_kept(), rows, (note,), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    if not _of(person):
        return Erasure()
    return Erasure(goes=(said(N_("l’adresse laissée pour la réponse à vos signalements")),))


def _erase(person: Person, now: datetime) -> None:
    for report in _of(person):
        report.contact = ""


def _without_round(moment: datetime) -> sa.Select[int]:
    wanted = sa.select(IntegrityReport.id).where(IntegrityReport.round_id.is_(None))
    return wanted.where(IntegrityReport.received_at <= moment - KEPT)


def _ending(moment: datetime) -> list[tuple[Round, datetime]]:
    with_reports = sa.select(Round).where(sa.exists().where(IntegrityReport.round_id == Round.id)).order_by(Round.id)
    found = ((each, ends_at(each)) for each in db.session.scalars(with_reports).unique())
    return [(round_, ends) for round_, ends in found if ends is not None and ends <= moment]


def _coming(moment: datetime) -> Sequence[Coming]:
    due = _without_round(moment).with_only_columns(sa.func.count(), sa.func.min(IntegrityReport.received_at))
    number, first = db.session.execute(due).one()
    alone = [Coming(number, first + KEPT)] if number else []
    return [*alone, *(Coming(_count(round_), ends, round_.title) for round_, ends in _ending(moment))]


def _count(round_: Round) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(IntegrityReport.round_id == round_.id)) or 0


def _batch(now: datetime, most: int) -> Deleted | None:
    alone = list(db.session.scalars(_without_round(now).limit(most)))
    if alone:
        return Deleted(_delete(alone))
    due = _ending(now)
    if not due:
        return None
    round_ = due[0][0]
    some = sa.select(IntegrityReport.id).where(IntegrityReport.round_id == round_.id).limit(most)
    return Deleted(_delete(list(db.session.scalars(some))), round_.id, round_.public_id)


def _delete(numbers: Sequence[int]) -> int:
    gone = sa.delete(IntegrityReport).where(IntegrityReport.id.in_(numbers))
    return int(db.session.execute(gone, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]


def offer(app: Flask) -> None:
    """Enter reports into the register, into deletions and into the daily job."""
    processing = Processing(
        "integrity_reports",
        N_("Signalements d’anomalies"),
        N_("Ce que vous avez vu, où et quand ; votre adresse, si vous voulez une réponse"),
        N_("repérer une fraude que des personnes ont vue, et leur répondre"),
        N_("les responsables du budget"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    offer_retention(app, Retention("integrity_reports", N_("Signalements d’anomalies"), _kept, _coming, _batch))
