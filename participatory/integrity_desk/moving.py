"""What happens elsewhere and changes a case: a decision, an appeal, an undoing, the sealing of the urn."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from random import SystemRandom
from typing import Any

import sqlalchemy as sa

from participatory.ballots.models import Envelope, SettingAside
from participatory.control.obstacles import learn_figure
from participatory.control.rules import AppealOutcome, Outcome
from participatory.control.signals import case_moved, case_opened
from participatory.core.database import db
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.integrity.rules import Act
from participatory.integrity.signals import unlinked
from participatory.integrity_desk.joining import join
from participatory.integrity_desk.letters import forget_letters
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.notes import settle, write_note
from participatory.integrity_desk.policy import KEPT_ONLY, is_kept_only
from participatory.integrity_desk.queries import locked_case, notes_of
from participatory.integrity_desk.rules import BallotState, Deed
from participatory.journal.actions import SYSTEM
from participatory.rounds.models import Round

_AT_ONCE = 5000
# Notes that a machine wrote as ballots came, and those at the instant of which something is noted of one person.
_OF_ARRIVALS = frozenset({Deed.OPENED, Deed.GROWN, Deed.LEFT, Deed.CLOSED})
_OF_PERSONS = frozenset({Deed.CONFIRMED, Deed.IDENTIFIED})


def follow(_sender: object, *, case: SettingAside, now: datetime) -> None:
    """Bring the ballot of a case of setting aside up to what was decided, wherever it was decided.

    Raises Refusal when a ballot that its voter has confirmed would be set aside, on whatever page.
    """
    wanted = sa.select(CaseBallot).where(CaseBallot.setting_aside == case.public_id)
    ballot = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if ballot is None:
        return
    suspect = locked_case(db.session.get_one(SuspectCase, ballot.case_id))
    present = BallotState(ballot.state)
    if not _bears_on(case, ballot):
        # The person keeps this ballot and has left their other one: what was decided is of that one.
        ballot.state = (present if present is BallotState.CONFIRMED else BallotState.RESTORED).value
    elif case.outcome == Outcome.SET_ASIDE and is_kept_only(ballot, case):
        raise Refusal(KEPT_ONLY)
    else:
        ballot.state = _state(case, present).value
    if ballot.state in {BallotState.SET_ASIDE, BallotState.RESTORED}:
        ballot.code_mac = ballot.mail_mac = ballot.mail_until = None
    if case.appealed_at == now:
        write_note(suspect, SYSTEM, Deed.APPEALED, now, numbers=[ballot.number])
    if case.appeal_decided_at == now:
        words = f"{case.appeal_outcome} : {case.appeal_words}"
        write_note(suspect, case.appeal_by, Deed.APPEAL_DECIDED, now, words=words, numbers=[ballot.number])
    settle(suspect)


def _bears_on(case: SettingAside, ballot: CaseBallot) -> bool:
    """Whether this is the ballot in question still: of two, a voter may say that the other one shall not count."""
    place = db.session.scalar(sa.select(Envelope.slot).where(Envelope.id == case.envelope_id))
    return place == ballot.key


def _state(case: SettingAside, present: BallotState) -> BallotState:
    if case.outcome == Outcome.SET_ASIDE:
        return BallotState.SET_ASIDE
    if case.outcome != Outcome.KEPT or present is BallotState.CONFIRMED:
        return present
    came_back = case.appeal_outcome == AppealOutcome.RESTORED or case.undone_at is not None
    return BallotState.RESTORED if came_back or present is BallotState.PROPOSED else present


def forget_links(round_id: int, *, fresh: Mapping[str, tuple[str, datetime]]) -> None:
    """At the sealing, have no ballot of a case lead to an envelope, nor a letter or a link to a ballot.

    Keys and instants are those that the signals now bear; rows are written again in the order of new identifiers,
    under numbers drawn by lot within their case: the former ones told in which order the ballots had come.
    """
    table = CaseBallot.__table__
    mine = CaseBallot.round_id == round_id
    db.session.flush()
    rows = [dict(row) for row in db.session.execute(sa.select(table).where(mine)).mappings()]
    numbers = _drawn_numbers(rows)
    for row in rows:
        row["key"], row["at"] = fresh.get(row["key"], (secrets.token_hex(32), _hour(row["at"])))
        row["id"], row["public_id"] = secrets.token_hex(16), secrets.token_hex(10)
        row["number"] = numbers[row["case_id"]][row["number"]]
        row["code_mac"] = row["mail_mac"] = row["mail_until"] = None
        # What the establishment noted of the same person bears the instant: the day is enough here.
        row["confirmed_at"] = row["confirmed_at"] and _hour(row["confirmed_at"]).replace(hour=0)
    rows.sort(key=lambda row: str(row["id"]))
    db.session.execute(sa.delete(CaseBallot).where(mine), execution_options={"synchronize_session": False})
    db.session.expire_all()
    for start in range(0, len(rows), _AT_ONCE):
        db.session.execute(sa.insert(CaseBallot), rows[start : start + _AT_ONCE])
    _forget_instants(round_id, rows, numbers)
    forget_letters(db.session.get_one(Round, round_id).public_id)


def _drawn_numbers(rows: Iterable[Mapping[str, Any]]) -> dict[int, dict[int, int]]:
    """For each case, the number to give to the ballot of each number: the same ones, drawn by lot."""
    held: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        held[row["case_id"]].append(row["number"])
    lots = SystemRandom()
    return {case: dict(zip(given, lots.sample(given, len(given)), strict=True)) for case, given in held.items()}


def _forget_instants(
    round_id: int, rows: Iterable[Mapping[str, Any]], numbers: Mapping[int, Mapping[int, int]]
) -> None:
    """Have no case and no note of one tell the minute of a ballot, nor which one was somebody's.

    A note of an officer's deed names the same ballots by their new numbers. The key of a case was made of the slot of
    its first ballot.
    """
    hours: defaultdict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        hours[row["case_id"]].append(row["at"])
    cases = sa.select(SuspectCase).where(SuspectCase.round_id == round_id, SuspectCase.act == Act.BALLOT)
    for case in db.session.scalars(cases).all():
        known = hours.get(case.id) or [_hour(case.first_at), _hour(case.last_at)]
        case.first_at, case.last_at, case.opened_at = min(known), max(known), _hour(case.opened_at)
        case.key = secrets.token_hex(16)
        for note in notes_of(case):
            deed, new = Deed(note.deed), numbers.get(case.id, {})
            note.numbers = [] if deed in _OF_ARRIVALS | _OF_PERSONS else sorted({new.get(n, n) for n in note.numbers})
            note.at = _hour(note.at) if deed in _OF_ARRIVALS else note.at
    db.session.flush()


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def unanswered(round_: Round) -> tuple[str, int]:
    """How many ballots are sealed although their voters were asked and said nothing: silence sets nothing aside."""
    asked = CaseBallot.round_id == round_.id, CaseBallot.state == BallotState.QUARANTINED
    count = db.session.scalar(sa.select(sa.func.count()).select_from(CaseBallot).where(*asked)) or 0
    return N_("Confirmations demandées et restées sans réponse : ces bulletins comptent"), count


def watch() -> None:
    """Be told of what happens elsewhere, and tell the sealing; registering again changes nothing."""
    learn_figure(unanswered)
    case_opened.connect(join)
    case_moved.connect(follow)
    unlinked.connect(forget_links)
