"""What the desk holds: cases that name nobody, found by the voter alone while the urn is open; notes and evidence.

Ballots of cases and notes go with the roll of the round; cases, which keep how many ballots there were in each state,
and passes stay: they are figures.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity_desk.models import CaseBallot, CaseNote, SuspectCase
from participatory.integrity_desk.owning import own_places
from participatory.integrity_desk.rules import BallotState
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


def _kept() -> str:
    return said(N_("autant que la liste électorale du budget"))


def _own(person: Person) -> list[tuple[Round, CaseBallot]]:
    """The ballots about which this person was asked something; what detection alone has seen is told to nobody."""
    found = []
    for round_, _voter in lines_of(person):
        keys = list(own_places(round_, person, secret_store()))
        wanted = sa.select(CaseBallot).where(CaseBallot.round_id == round_.id, CaseBallot.key.in_(keys))
        found += [(round_, each) for each in db.session.scalars(wanted.where(CaseBallot.told_at.is_not(None)))]
    return found


def _held(person: Person, now: datetime) -> Holding | None:
    found = _own(person)
    if not found:
        return None
    rows = tuple((round_.title, _row(ballot)) for round_, ballot in found)
    data = [
        {
            "round": round_.title,
            "state": ballot.state,
            "asked_at": moment_text(ballot.told_at),
            "confirmed_at": moment_text(ballot.confirmed_at),
            "proof": ballot.proof,
        }
        for round_, ballot in found
    ]
    note = said(N_("Le dossier ne porte pas votre nom : il est retrouvé pour vous à l’instant, jusqu’au scellement."))
    return Holding(_kept(), rows, (note,), data)


def _row(ballot: CaseBallot) -> str:
    if ballot.state == BallotState.CONFIRMED and ballot.confirmed_at is not None:
        return said(N_("vous avez confirmé votre bulletin le %(day)s"), day=day(ballot.confirmed_at))
    assert ballot.told_at is not None
    return said(N_("il vous a été demandé le %(day)s de confirmer votre bulletin"), day=day(ballot.told_at))


def _foresee(person: Person, now: datetime) -> Erasure:
    return Erasure()


def _erase(person: Person, now: datetime) -> None:
    """Nothing: a case names no account."""


def _ending() -> list[tuple[Round, datetime]]:
    """The rounds of which ballots or notes are held, and when they go (UTC)."""
    noted = sa.select(SuspectCase.round_id).join(CaseNote, CaseNote.case_id == SuspectCase.id)
    holding = sa.union(sa.select(CaseBallot.round_id), noted).subquery()
    rounds = db.session.scalars(sa.select(Round).where(Round.id.in_(sa.select(holding))).order_by(Round.id))
    return [(round_, ends) for round_ in rounds if (ends := ends_at(round_)) is not None]


def _coming(moment: datetime) -> Sequence[Coming]:
    return [Coming(_count(round_), ends, round_.title) for round_, ends in _ending() if ends <= moment]


def _count(round_: Round) -> int:
    ballots = sa.select(sa.func.count()).select_from(CaseBallot).where(CaseBallot.round_id == round_.id)
    notes = sa.select(sa.func.count()).select_from(CaseNote).where(CaseNote.case_id.in_(_cases(round_)))
    return (db.session.scalar(ballots) or 0) + (db.session.scalar(notes) or 0)


def _cases(round_: Round) -> sa.Select[int]:
    return sa.select(SuspectCase.id).where(SuspectCase.round_id == round_.id)


def _batch(now: datetime, most: int) -> Deleted | None:
    round_ = next((each for each, ends in _ending() if ends <= now), None)
    if round_ is None:
        return None
    _keep_figures(round_)
    gone = _delete(CaseBallot, CaseBallot.round_id == round_.id, most)
    gone += _delete(CaseNote, CaseNote.case_id.in_(_cases(round_)), most)
    return Deleted(gone, round_.id, round_.public_id)


def _keep_figures(round_: Round) -> None:
    """Note, once, how many ballots of each case are in each state: the public figures outlive the ballots."""
    for case in db.session.scalars(sa.select(SuspectCase).where(SuspectCase.round_id == round_.id)):
        if case.counts is None:
            states = sa.select(CaseBallot.state, sa.func.count()).where(CaseBallot.case_id == case.id)
            case.counts = dict(db.session.execute(states.group_by(CaseBallot.state)).all())
    db.session.flush()


def _delete(table: type[CaseBallot | CaseNote], which: sa.ColumnElement[bool], most: int) -> int:
    some = list(db.session.scalars(sa.select(table.id).where(which).limit(most)))
    db.session.execute(sa.delete(table).where(table.id.in_(some)), execution_options={"synchronize_session": False})
    return len(some)


def offer(app: Flask) -> None:
    """Enter cases of integrity into the register and into the daily job."""
    processing = Processing(
        "integrity_cases",
        N_("Bulletins à confirmer"),
        N_("Comment le bulletin a été déposé, jamais ce qu’il contient ; votre confirmation si elle est demandée"),
        N_("qu’un bulletin soit bien celui de la personne dont il porte la signature"),
        N_("vous ; les responsables du budget, sans savoir qui vous êtes ; tout le monde, en nombres"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    offer_retention(app, Retention("integrity_desk", N_("Dossiers d’intégrité"), _kept, _coming, _batch))
