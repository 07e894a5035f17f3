"""What happens elsewhere and changes a case: a decision, an appeal, an undoing, the sealing of the urn."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import SettingAside
from participatory.control.obstacles import learn_figure
from participatory.control.rules import AppealOutcome, Outcome
from participatory.control.signals import case_moved
from participatory.core.database import db
from participatory.core.labels import N_
from participatory.integrity.signals import unlinked
from participatory.integrity_desk.letters import forget_letters
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.notes import settle, write_note
from participatory.integrity_desk.queries import locked_case
from participatory.integrity_desk.rules import BallotState, Deed
from participatory.journal.actions import SYSTEM
from participatory.rounds.models import Round

_AT_ONCE = 5000


def follow(_sender: object, *, case: SettingAside, now: datetime) -> None:
    """Bring the ballot of a case of setting aside up to what was decided, wherever it was decided."""
    wanted = sa.select(CaseBallot).where(CaseBallot.setting_aside == case.public_id)
    ballot = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if ballot is None:
        return
    suspect = locked_case(db.session.get_one(SuspectCase, ballot.case_id))
    ballot.state = _state(case, BallotState(ballot.state)).value
    if ballot.state in {BallotState.SET_ASIDE, BallotState.RESTORED}:
        ballot.code_mac = ballot.mail_mac = ballot.mail_until = None
    if case.appealed_at == now:
        write_note(suspect, SYSTEM, Deed.APPEALED, now, numbers=[ballot.number])
    if case.appeal_decided_at == now:
        words = f"{case.appeal_outcome} : {case.appeal_words}"
        write_note(suspect, case.appeal_by, Deed.APPEAL_DECIDED, now, words=words, numbers=[ballot.number])
    settle(suspect)


def _state(case: SettingAside, present: BallotState) -> BallotState:
    if case.outcome == Outcome.SET_ASIDE:
        return BallotState.SET_ASIDE
    if case.outcome != Outcome.KEPT or present is BallotState.CONFIRMED:
        return present
    came_back = case.appeal_outcome == AppealOutcome.RESTORED or case.undone_at is not None
    return BallotState.RESTORED if came_back or present is BallotState.PROPOSED else present


def forget_links(round_id: int, *, fresh: Mapping[str, tuple[str, datetime]]) -> None:
    """At the sealing, have no ballot of a case lead to an envelope, nor a letter or a link to a ballot.

    Keys and instants are those that the signals now bear; rows are written again in the order of new identifiers.
    """
    table = CaseBallot.__table__
    mine = CaseBallot.round_id == round_id
    db.session.flush()
    rows = [dict(row) for row in db.session.execute(sa.select(table).where(mine)).mappings()]
    for row in rows:
        hour = row["at"].replace(minute=0, second=0, microsecond=0)
        row["key"], row["at"] = fresh.get(row["key"], (secrets.token_hex(32), hour))
        row["id"], row["public_id"] = secrets.token_hex(16), secrets.token_hex(10)
        row["code_mac"] = row["mail_mac"] = row["mail_until"] = None
    rows.sort(key=lambda row: str(row["id"]))
    db.session.execute(sa.delete(CaseBallot).where(mine), execution_options={"synchronize_session": False})
    db.session.expire_all()
    for start in range(0, len(rows), _AT_ONCE):
        db.session.execute(sa.insert(CaseBallot), rows[start : start + _AT_ONCE])
    forget_letters(db.session.get_one(Round, round_id).public_id)


def unanswered(round_: Round) -> tuple[str, int]:
    """How many ballots are sealed although their voters were asked and said nothing: silence sets nothing aside."""
    asked = CaseBallot.round_id == round_.id, CaseBallot.state == BallotState.QUARANTINED
    count = db.session.scalar(sa.select(sa.func.count()).select_from(CaseBallot).where(*asked)) or 0
    return N_("Confirmations demandées et restées sans réponse : ces bulletins comptent"), count


def watch() -> None:
    """Be told of what happens elsewhere, and tell the sealing; registering again changes nothing."""
    learn_figure(unanswered)
    case_moved.connect(follow)
    unlinked.connect(forget_links)
