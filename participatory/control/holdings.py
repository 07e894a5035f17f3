"""What the control holds: cases that name nobody, found by the voter alone; envelopes of a vote that was annulled."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.ballots.models import Challenge, Envelope, SettingAside
from participatory.control.finding import own_cases
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
from participatory.privacy.wording import day, moment_text, said
from participatory.rolls.holdings import ends_at, lines_of
from participatory.rounds.models import Round
from participatory.web.settings import secret_store

# What goes with the roll of a round: the evidence of its cases; envelopes are there after an annulment alone.
_TABLES = (SettingAside, Challenge, Envelope)


def _kept() -> str:
    return said(N_("autant que la liste électorale du budget"))


def _held(person: Person, now: datetime) -> Holding | None:
    found = [
        (round_, own.case) for round_, _voter in lines_of(person) for own in own_cases(round_, person, secret_store())
    ]
    if not found:
        return None
    rows = tuple(
        (
            round_.title,
            said(
                N_("un de vos bulletins est en cause ; vous pouvez répondre jusqu’au %(day)s"),
                day=day(case.answer_until),
            ),
        )
        for round_, case in found
    )
    data = [
        {
            "round": round_.title,
            "motive": case.motive,
            "answer": case.answer,
            "answered_at": moment_text(case.answered_at),
            "outcome": case.outcome,
        }
        for round_, case in found
    ]
    note = said(N_("Le dossier ne porte pas votre nom : il est retrouvé pour vous à l’instant, jusqu’au scellement."))
    return Holding(_kept(), rows, (note,), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    return Erasure()


def _erase(person: Person, now: datetime) -> None:
    """Nothing: a case names no account."""


def _ending() -> list[tuple[Round, datetime]]:
    """The rounds that still hold something of this, and when it goes (UTC)."""
    holding = sa.union(*(sa.select(table.round_id) for table in _TABLES)).subquery()
    rounds = db.session.scalars(sa.select(Round).where(Round.id.in_(sa.select(holding))).order_by(Round.id))
    return [(round_, ends) for round_ in rounds if (ends := ends_at(round_)) is not None]


def _coming(moment: datetime) -> Sequence[Coming]:
    return [
        Coming(sum(_count(table, round_) for table in _TABLES), ends, round_.title)
        for round_, ends in _ending()
        if ends <= moment
    ]


def _count(table: type[SettingAside | Challenge | Envelope], round_: Round) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(table.round_id == round_.id)) or 0


def _batch(now: datetime, most: int) -> Deleted | None:
    round_ = next((each for each, ends in _ending() if ends <= now), None)
    if round_ is None:
        return None
    gone = sum(_delete(table, round_, most) for table in _TABLES)
    return Deleted(gone, round_.id, round_.public_id)


def _delete(table: type[SettingAside | Challenge | Envelope], round_: Round, most: int) -> int:
    key = next(iter(table.__table__.primary_key))
    some = sa.select(key).where(table.round_id == round_.id).limit(most)
    gone = sa.delete(table).where(key.in_(list(db.session.scalars(some))))
    return int(db.session.execute(gone, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]


def offer(app: Flask) -> None:
    """Enter cases into the register and into the daily job; staff look nobody's up."""
    processing = Processing(
        "setting_aside",
        N_("Bulletins en cause"),
        N_("Motif, pièces sans nom ni numéro, votre réponse, décision"),
        N_("n’écarter un bulletin que pour un motif du règlement, après vous avoir entendu"),
        N_("vous ; les responsables du budget, sans savoir qui vous êtes ; tout le monde, en nombres par motif"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    title = N_("Dossiers de mise à l’écart et enveloppes d’un vote annulé")
    offer_retention(app, Retention("control", title, _kept, _coming, _batch))
