"""The list of cases: what an officer asked to see of it, the heaviest first, and what each case waits for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from participatory.ballots.models import SettingAside
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, ScopeKind
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import AssessmentPass, CaseBallot, SuspectCase
from participatory.integrity_desk.rules import ASKED, BallotState, CaseState
from participatory.rounds.models import Round

PAGE_SIZE = 24
# What still asks something of somebody.
WAITING = (CaseState.NEW, CaseState.QUARANTINED, CaseState.PROPOSED)
EVERYTHING = "all"


@dataclass(frozen=True)
class Sieve:
    """What an officer wants to see: a round by its slug, a site by its slug, a state; without a state what waits."""

    round: str | None = None
    state: str | None = None
    site: str | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """The states to look for, none for all of them; an unknown one finds nothing rather than everything."""
        if self.state is None:
            return tuple(state.value for state in WAITING)
        return () if self.state == EVERYTHING else (self.state,)


@dataclass(frozen=True)
class Tally:
    """How many ballots of a case are in each state, until when (UTC) the last voter may answer, who proposed."""

    states: Mapping[BallotState, int] = field(default_factory=dict)
    answer_until: datetime | None = None
    authors: frozenset[str] = frozenset()

    def of(self, *states: BallotState) -> int:
        """How many ballots are in one of these states."""
        return sum(self.states.get(state, 0) for state in states)


def cases(person: Person, sieve: Sieve, page: int) -> Pagination:
    """A page of the cases that this person may watch, the heaviest first."""
    return db.paginate(
        _wanted(person, sieve), page=max(page, 1), per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False
    )


def neighbours(person: Person, sieve: Sieve, case: SuspectCase) -> tuple[SuspectCase | None, SuspectCase | None]:
    """The cases before and after this one in the list."""
    wanted = _wanted(person, sieve).order_by(None)
    place = sa.tuple_(-SuspectCase.weight, SuspectCase.id)
    here = sa.tuple_(sa.literal(-case.weight), sa.literal(case.id))
    before = wanted.where(place < here).order_by(SuspectCase.weight, SuspectCase.id.desc())
    after = wanted.where(place > here).order_by(SuspectCase.weight.desc(), SuspectCase.id)
    return db.session.scalars(before.limit(1)).first(), db.session.scalars(after.limit(1)).first()


def how_many_wait(person: Person) -> int:
    """How many cases wait for somebody in the rounds that this person watches."""
    wanted = _wanted(person, Sieve()).order_by(None).with_only_columns(sa.func.count(SuspectCase.id))
    return db.session.scalar(wanted) or 0


def tallies(cases: Sequence[SuspectCase]) -> dict[int, Tally]:
    """The tally of each of these cases, by its number."""
    numbers = [case.id for case in cases]
    states: dict[int, Counter[BallotState]] = {number: Counter() for number in numbers}
    until: dict[int, datetime] = {}
    counted = sa.select(CaseBallot.case_id, CaseBallot.state, sa.func.count(), sa.func.max(CaseBallot.answer_until))
    grouped = counted.where(CaseBallot.case_id.in_(numbers)).group_by(CaseBallot.case_id, CaseBallot.state)
    for number, state, count, last in db.session.execute(grouped):
        states[number][BallotState(state)] += count
        if last is not None and BallotState(state) in ASKED:
            until[number] = max(last, until.get(number, last))
    authors = _authors(numbers)
    for case in cases:
        # Once the ballots are gone, the case alone says what became of them.
        states[case.id].update({BallotState(state): count for state, count in (case.counts or {}).items()})
    return {number: Tally(states[number], until.get(number), authors.get(number, frozenset())) for number in numbers}


def _authors(numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    proposed = (
        sa.select(CaseBallot.case_id, SettingAside.author)
        .join(SettingAside, SettingAside.public_id == CaseBallot.setting_aside)
        .where(CaseBallot.case_id.in_(numbers), SettingAside.outcome == "")
        .distinct()
    )
    found: dict[int, frozenset[str]] = {}
    for number, author in db.session.execute(proposed):
        found[number] = found.get(number, frozenset()) | {author}
    return found


def rounds_with_cases(person: Person) -> list[Round]:
    """The rounds that this person watches and of which there are cases or passes, the latest vote first."""
    looked_at = sa.or_(Round.id.in_(sa.select(AssessmentPass.round_id)), Round.id.in_(sa.select(SuspectCase.round_id)))
    wanted = sa.select(Round).where(looked_at, _watched(person))
    return list(db.session.scalars(wanted.order_by(Round.voting_at.desc(), Round.id)))


def last_passes(rounds: Sequence[Round]) -> dict[int, AssessmentPass]:
    """The last pass over the ballots of each of these rounds, by the round's number."""
    numbers = [each.id for each in rounds]
    last = (
        sa.select(sa.func.max(AssessmentPass.id))
        .where(AssessmentPass.round_id.in_(numbers), AssessmentPass.act == Act.BALLOT)
        .group_by(AssessmentPass.round_id)
    )
    found = db.session.scalars(sa.select(AssessmentPass).where(AssessmentPass.id.in_(last)))
    return {each.round_id: each for each in found}


def _wanted(person: Person, sieve: Sieve) -> sa.Select[SuspectCase]:
    wanted = sa.select(SuspectCase).join(Round, Round.id == SuspectCase.round_id).where(_watched(person))
    if sieve.states:
        wanted = wanted.where(SuspectCase.state.in_(sieve.states))
    if sieve.round:
        wanted = wanted.where(Round.slug == sieve.round)
    if sieve.site:
        there = sa.select(CaseBallot.case_id).where(CaseBallot.site == sieve.site)
        wanted = wanted.where(SuspectCase.id.in_(there))
    return wanted.order_by(SuspectCase.weight.desc(), SuspectCase.id)


def case_of_proposal(proposal: SettingAside) -> SuspectCase | None:
    """The case in which a ballot was proposed to be set aside, None when an officer named the person."""
    there = sa.select(CaseBallot.case_id).where(CaseBallot.setting_aside == proposal.public_id)
    return db.session.scalars(sa.select(SuspectCase).where(SuspectCase.id.in_(there))).first()


def _watched(person: Person) -> sa.ColumnElement[bool]:
    """The rounds that this person may watch, which is all of them for a role without a limit."""
    reach = person.reach(Permission.WATCH_INTEGRITY)
    if reach is None:
        return sa.true()
    return Round.public_id.in_([scope.key for scope in reach if scope.kind is ScopeKind.ROUND])
