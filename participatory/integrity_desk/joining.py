"""A ballot of a case that officers question on the page of the control: the case follows, so that figures agree."""

from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import Envelope, SettingAside
from participatory.control.rules import Outcome
from participatory.core.database import db
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.notes import settle, write_note
from participatory.integrity_desk.queries import locked_case
from participatory.integrity_desk.rules import UNTOUCHED, BallotState, Deed
from participatory.rounds.models import Round


def join(_sender: object, *, case: SettingAside, place: str, now: datetime) -> None:
    """Have the ballot of this slot, if the desk holds it, follow a case of setting aside that has just been opened."""
    held = sa.select(CaseBallot).join(SuspectCase, SuspectCase.id == CaseBallot.case_id)
    held = held.where(CaseBallot.round_id == case.round_id, CaseBallot.key == place, SuspectCase.act == Act.BALLOT)
    ballot = db.session.scalars(held.execution_options(populate_existing=True)).first()
    # The desk has marked those that it proposes itself.
    if ballot is None or ballot.state == BallotState.PROPOSED:
        return
    suspect = locked_case(db.session.get_one(SuspectCase, ballot.case_id))
    _attach(ballot, case, now)
    write_note(suspect, case.author, Deed.PROPOSED, now, words=case.evidence, numbers=[ballot.number])
    settle(suspect)


def join_known(round_: Round, now: datetime) -> None:
    """The same for ballots that detection has just found, after officers: what people decided of them is repeated."""
    wanted = (
        sa.select(CaseBallot, SettingAside)
        .join(SuspectCase, SuspectCase.id == CaseBallot.case_id)
        .join(Envelope, sa.and_(Envelope.slot == CaseBallot.key, Envelope.round_id == CaseBallot.round_id))
        .join(SettingAside, SettingAside.envelope_id == Envelope.id)
        .where(CaseBallot.round_id == round_.id, SuspectCase.act == Act.BALLOT, CaseBallot.setting_aside == "")
        .where(CaseBallot.state.in_([state.value for state in UNTOUCHED]))
    )
    for ballot, case in db.session.execute(wanted).all():
        _attach(ballot, case, now)


def _attach(ballot: CaseBallot, case: SettingAside, now: datetime) -> None:
    ballot.setting_aside = case.public_id
    if ballot.state == BallotState.CONFIRMED:
        return
    ballot.state = {
        Outcome.SET_ASIDE.value: BallotState.SET_ASIDE.value,
        Outcome.KEPT.value: BallotState.RESTORED.value,
    }.get(case.outcome, BallotState.PROPOSED.value)
    ballot.told_at = ballot.told_at or now
    ballot.answer_until = max(case.answer_until, ballot.answer_until or case.answer_until)
