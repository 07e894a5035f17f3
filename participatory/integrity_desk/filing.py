"""What becomes of a pass: cases opened, grown or closed, ballots added to them or let go; nothing that people touched.

A ballot stays in the case in which it was first filed. Two cases that detection joins later stay two on the desk.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participatory.ballots.models import Envelope
from participatory.core.database import db, lock
from participatory.core.identifiers import public_id
from participatory.integrity.assessing import Assessment, Case, Flag, Seen
from participatory.integrity.queries import SignalRow, signals_of
from participatory.integrity.rules import Act
from participatory.integrity_desk.joining import join_known
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.notes import write_note
from participatory.integrity_desk.rules import UNTOUCHED, BallotState, CaseState, Deed, has_grown, state_of_case
from participatory.journal.actions import SYSTEM
from participatory.rounds.models import Round

_AT_ONCE = 500


def file_cases(round_: Round, found: Assessment, now: datetime) -> None:
    """Bring the cases of a round up to what a pass found, in the transaction of the caller."""
    cases = {case.id: case for case in _held_cases(round_)}
    ballots = {ballot.key: ballot for ballot in _ballots(round_)}
    flags = {flag.event_id: flag for flag in found.flagged}
    _note_departures(round_, ballots.values(), flags.keys(), cases, now)
    gone = _let_go(ballots, flags.keys(), cases)
    signals = _signals(round_, [key for key in flags if key not in ballots or ballots[key].state in UNTOUCHED])
    for ballot in ballots.values():
        if ballot.state in UNTOUCHED and ballot.key in flags and ballot.key in signals:
            _refresh(ballot, flags[ballot.key], signals[ballot.key])
    holders = {key: ballot.case_id for key, ballot in ballots.items()}
    desk = _Desk(round_, cases, holders, _last_numbers(round_), now)
    grown: dict[int, list[int]] = {}
    for assessed in sorted(found.cases, key=lambda each: (-each.weight, each.id)):
        new = [key for key in assessed.event_ids if key not in holders and key in signals and key in flags]
        case = desk.case_of(assessed) or (desk.open_case(assessed) if new else None)
        if case is None:
            continue
        _describe(case, assessed, now)
        ordered = sorted(new, key=lambda key: (signals[key].at, key))
        grown[case.id] = desk.add(case, ordered, flags, signals)
    db.session.flush()
    join_known(round_, now)
    _conclude(round_, cases, grown, gone, now)


@dataclass
class _Desk:
    """The cases of a round while a pass is filed: which case holds each key, the greatest number given in each."""

    round: Round
    cases: dict[int, SuspectCase]
    holders: dict[str, int]
    numbers: dict[int, int]
    now: datetime
    taken: set[int] = field(default_factory=set)

    def case_of(self, assessed: Case) -> SuspectCase | None:
        """The case that holds most of these events, else that of their name, unless the pass has used it already."""
        overlap = Counter(self.holders[key] for key in assessed.event_ids if key in self.holders)
        best = sorted(overlap, key=lambda number: (-overlap[number], number))
        named = [case.id for case in self.cases.values() if case.key == assessed.id]
        found = next((number for number in (*best, *named) if number not in self.taken), None)
        if found is None:
            return None
        self.taken.add(found)
        return self.cases[found]

    def open_case(self, assessed: Case) -> SuspectCase:
        """A new case; when detection has split another one, that one keeps the name."""
        named = {case.key for case in self.cases.values()}
        key = assessed.id if assessed.id not in named else secrets.token_hex(16)
        case = SuspectCase(round_id=self.round.id, act=Act.BALLOT.value, key=key[:64], public_id=public_id())
        case.state, case.size, case.size_read, case.sites = CaseState.NEW.value, 0, 0, []
        case.first_at = case.last_at = case.opened_at = self.now
        _describe(case, assessed, self.now)
        db.session.add(case)
        db.session.flush()
        self.cases[case.id] = case
        self.taken.add(case.id)
        write_note(case, SYSTEM, Deed.OPENED, self.now)
        return case

    def add(
        self, case: SuspectCase, keys: list[str], flags: Mapping[str, Flag], signals: Mapping[str, SignalRow]
    ) -> list[int]:
        """File new ballots, numbered in the order of time; gives their numbers."""
        rows: list[dict[str, Any]] = []
        for key in keys:
            number = self.numbers[case.id] = self.numbers.get(case.id, 0) + 1
            row = {"id": secrets.token_hex(16), "public_id": public_id(), "round_id": case.round_id}
            row |= {"case_id": case.id, "number": number, "key": key, "state": BallotState.FLAGGED.value}
            row |= {"setting_aside": "", "proof": "", "mails": 0, "left": False}
            rows.append(row | _observed(flags[key], signals[key]))
            self.holders[key] = case.id
        if rows:
            db.session.execute(sa.insert(CaseBallot), rows)
        return [row["number"] for row in rows]


def _held_cases(round_: Round) -> list[SuspectCase]:
    """The cases of the round, held: whoever works on one waits, and the pass reads what they did."""
    mine = SuspectCase.round_id == round_.id, SuspectCase.act == Act.BALLOT
    db.session.execute(lock(sa.select(SuspectCase.id).where(*mine).order_by(SuspectCase.id))).all()
    wanted = sa.select(SuspectCase).where(*mine).order_by(SuspectCase.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _ballots(round_: Round) -> list[CaseBallot]:
    wanted = sa.select(CaseBallot).join(SuspectCase, SuspectCase.id == CaseBallot.case_id)
    wanted = wanted.where(CaseBallot.round_id == round_.id, SuspectCase.act == Act.BALLOT)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _signals(round_: Round, keys: Sequence[str]) -> dict[str, SignalRow]:
    found: dict[str, SignalRow] = {}
    for start in range(0, len(keys), _AT_ONCE):
        found.update({row.key: row for row in signals_of(round_, Act.BALLOT, keys=keys[start : start + _AT_ONCE])})
    return found


def _note_departures(
    round_: Round,
    ballots: Iterable[CaseBallot],
    flagged: Iterable[str],
    cases: Mapping[int, SuspectCase],
    now: datetime,
) -> None:
    """A ballot that its voter withdrew is cleared; should they vote again, what was asked of them is asked again."""
    watched = [each for each in ballots if each.left or each.state == BallotState.QUARANTINED]
    present = _present(round_, [each.key for each in watched])
    again = set(flagged)
    for ballot in watched:
        if not ballot.left and ballot.key not in present:
            ballot.left, ballot.state = True, BallotState.CLEARED.value
            write_note(cases[ballot.case_id], SYSTEM, Deed.LEFT, now, numbers=[ballot.number])
        elif ballot.left and ballot.key in present:
            ballot.left = False
            if ballot.told_at is not None:
                ballot.state = BallotState.QUARANTINED.value
            elif ballot.key in again:
                ballot.state = BallotState.FLAGGED.value


def _present(round_: Round, keys: list[str]) -> set[str]:
    present: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        wanted = sa.select(Envelope.slot).where(Envelope.round_id == round_.id)
        present.update(db.session.scalars(wanted.where(Envelope.slot.in_(keys[start : start + _AT_ONCE]))))
    return present


def _let_go(ballots: dict[str, CaseBallot], flagged: Iterable[str], cases: Mapping[int, SuspectCase]) -> set[int]:
    """Drop ballots that nobody touched and that are no longer flagged, but from cases put aside; gives their cases."""
    still, touched = set(flagged), set()
    for key, ballot in list(ballots.items()):
        aside = cases[ballot.case_id].state == CaseState.DISMISSED
        if ballot.state in UNTOUCHED and key not in still and not aside:
            touched.add(ballot.case_id)
            db.session.delete(ballot)
            del ballots[key]
    return touched


def _refresh(ballot: CaseBallot, flag: Flag, signal: SignalRow) -> None:
    for name, value in _observed(flag, signal).items():
        setattr(ballot, name, value)


def _observed(flag: Flag, signal: SignalRow) -> dict[str, Any]:
    return {
        "score": flag.score,
        "families": {family.value: score for family, score in flag.families.items()},
        "at": signal.at,
        "site": signal.site,
        "network": signal.network,
        "network_kind": signal.network_kind.value,
        "device": signal.device,
        "client": signal.client,
        "seconds": signal.seconds,
        "stand": signal.stand,
    }


def _describe(case: SuspectCase, assessed: Case, now: datetime) -> None:
    case.weight, case.assessed_at = assessed.weight, now
    case.seen = [_plain(seen) for seen in assessed.seen]


def _plain(seen: Seen) -> dict[str, Any]:
    return asdict(seen) | {"family": seen.family.value, "values": dict(seen.values)}


def _last_numbers(round_: Round) -> dict[int, int]:
    """The greatest number given in each case: the number of a ballot that went is given again to no other today."""
    greatest = sa.select(CaseBallot.case_id, sa.func.max(CaseBallot.number)).where(CaseBallot.round_id == round_.id)
    return dict(db.session.execute(greatest.group_by(CaseBallot.case_id)).all())


def _conclude(
    round_: Round, cases: Mapping[int, SuspectCase], grown: Mapping[int, list[int]], gone: set[int], now: datetime
) -> None:
    """Sizes, sites and states as they follow from the ballots; a case that people put aside stays so until it grows."""
    db.session.flush()
    held: defaultdict[int, list[CaseBallot]] = defaultdict(list)
    for ballot in _ballots(round_):
        held[ballot.case_id].append(ballot)
    for case in cases.values():
        mine = held[case.id]
        new = grown.get(case.id, [])
        fresh = case.size == 0
        case.size = len(mine)
        if mine:
            case.sites = sorted({each.site for each in mine if each.site})
            case.first_at, case.last_at = min(each.at for each in mine), max(each.at for each in mine)
        _conclude_state(case, mine, new, fresh=fresh, lost=case.id in gone, now=now)


def _conclude_state(
    case: SuspectCase, mine: list[CaseBallot], new: list[int], *, fresh: bool, lost: bool, now: datetime
) -> None:
    before = CaseState(case.state)
    if before is CaseState.DISMISSED and (not new or not has_grown(case.size_read, len(mine))):
        return
    after = state_of_case(each.state for each in mine)
    case.state = after.value
    if new and not fresh:
        write_note(case, SYSTEM, Deed.GROWN, now, numbers=new)
    if after is CaseState.CLOSED and before is not CaseState.CLOSED:
        case.size_read = len(mine)
        if lost:
            write_note(case, SYSTEM, Deed.CLOSED, now)
