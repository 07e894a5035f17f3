"""Reading the cases of the desk."""

import hashlib
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.models import SettingAside
from participatory.control.rules import Outcome
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import AssessmentPass, CaseBallot, CaseNote, SuspectCase
from participatory.integrity_desk.rules import BallotState, CaseState
from participatory.rounds.models import Round

_PASSES = 50


@dataclass(frozen=True)
class Figures:
    """What became of what detection saw in a round, in ballots (`cases`, `dismissed` and `reports` count themselves).

    `flagged` counts every ballot that is or was in a case; `quarantined` and `proposed` those that wait now.
    """

    flagged: int
    cases: int
    quarantined: int
    confirmed: int
    cleared: int
    proposed: int
    set_aside: int
    restored: int
    dismissed: int
    reports: int = 0


def case_at(public_id: str) -> SuspectCase:
    """The case of this identifier; raises Refusal (NOT_FOUND)."""
    return _known(db.session.scalars(_named(public_id)).first())


def locked_case(case: SuspectCase) -> SuspectCase:
    """The same case, held until the transaction ends and read as it now is; raises Refusal (NOT_FOUND)."""
    # Not its round beside it: PostgreSQL would lock both, and whoever votes waits for nobody.
    held = lock(sa.select(SuspectCase.id).where(SuspectCase.id == case.id))
    number = db.session.scalar(held)
    afresh = sa.select(SuspectCase).where(SuspectCase.id == number).execution_options(populate_existing=True)
    return _known(db.session.scalars(afresh).first())


def ballots_of(case: SuspectCase) -> list[CaseBallot]:
    """The ballots of a case, in the order of their numbers, read as they now are."""
    wanted = sa.select(CaseBallot).where(CaseBallot.case_id == case.id).order_by(CaseBallot.number)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def ballot_at(public_id: str) -> CaseBallot:
    """The ballot of this identifier; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(CaseBallot).where(CaseBallot.public_id == public_id.replace("\0", ""))
    return known_ballot(db.session.scalars(wanted).first())


def known_ballot(found: CaseBallot | None) -> CaseBallot:
    """The ballot that was found; raises Refusal (NOT_FOUND) for none."""
    if found is None:
        raise Refusal(N_("Cette demande n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def notes_of(case: SuspectCase) -> list[CaseNote]:
    """What was done to a case, the oldest first."""
    return list(db.session.scalars(sa.select(CaseNote).where(CaseNote.case_id == case.id).order_by(CaseNote.id)))


def passes_of(round_: Round) -> list[AssessmentPass]:
    """The last passes over the ballots of a round, the latest first."""
    wanted = sa.select(AssessmentPass).where(AssessmentPass.round_id == round_.id, AssessmentPass.act == Act.BALLOT)
    return list(db.session.scalars(wanted.order_by(AssessmentPass.number.desc()).limit(_PASSES)))


def proposals_of(case: SuspectCase) -> dict[str, SettingAside]:
    """The proposals to set aside ballots of a case, by their public identifiers."""
    named = sa.select(CaseBallot.setting_aside).where(CaseBallot.case_id == case.id, CaseBallot.setting_aside != "")
    wanted = sa.select(SettingAside).where(SettingAside.public_id.in_(named))
    return {each.public_id: each for each in db.session.scalars(wanted.execution_options(populate_existing=True))}


def appeals_waiting(person: Person) -> list[SettingAside]:
    """The appeals that nobody has decided, in the rounds where this person sets ballots aside; the oldest first."""
    waiting = sa.select(SettingAside).join(Round, Round.id == SettingAside.round_id)
    waiting = waiting.where(SettingAside.appealed_at.is_not(None), SettingAside.appeal_outcome == "")
    # Two officers may have put the ballot back meanwhile.
    waiting = waiting.where(SettingAside.outcome == Outcome.SET_ASIDE.value)
    waiting = waiting.where(_within(person.reach(Permission.SET_ASIDE)))
    return list(db.session.scalars(waiting.order_by(SettingAside.appealed_at, SettingAside.id)))


def case_digest(case: SuspectCase) -> str:
    """SHA-256, in hexadecimal, of what a decision about the ballots of a case rests on, the answers included."""
    parts = [f"{each.number}|{each.state}|{each.setting_aside}" for each in ballots_of(case)]
    for name, proposal in sorted(proposals_of(case).items()):
        answered = proposal.answered_at.isoformat() if proposal.answered_at else ""
        said = [name, proposal.motive, proposal.evidence, proposal.wish, proposal.answer, answered]
        parts.append("\x1f".join(said))
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def figures_of(round_: Round) -> Figures:
    """The figures of the ballots of a round as they now are."""
    cases = sa.select(SuspectCase.state, sa.func.count()).where(
        SuspectCase.round_id == round_.id, SuspectCase.act == Act.BALLOT
    )
    by_state = dict(db.session.execute(cases.group_by(SuspectCase.state)).all())
    rows = (
        sa.select(CaseBallot.state, sa.func.count())
        .join(SuspectCase, SuspectCase.id == CaseBallot.case_id)
        .where(CaseBallot.round_id == round_.id, SuspectCase.act == Act.BALLOT, SuspectCase.counts.is_(None))
        .group_by(CaseBallot.state)
    )
    count: Counter[str] = Counter(dict(db.session.execute(rows).all()))
    kept = sa.select(SuspectCase.counts).where(SuspectCase.round_id == round_.id, SuspectCase.counts.is_not(None))
    for counts in db.session.scalars(kept.where(SuspectCase.act == Act.BALLOT)):
        count.update(counts or {})
    return Figures(
        flagged=count.total(),
        cases=sum(by_state.values()),
        quarantined=count[BallotState.QUARANTINED],
        confirmed=count[BallotState.CONFIRMED],
        cleared=count[BallotState.CLEARED],
        proposed=count[BallotState.PROPOSED],
        set_aside=count[BallotState.SET_ASIDE],
        restored=count[BallotState.RESTORED],
        dismissed=by_state.get(CaseState.DISMISSED, 0),
    )


def _within(reach: frozenset[Scope] | None) -> sa.ColumnElement[bool]:
    """What belongs to the rounds within this reach; None is everywhere."""
    if reach is None:
        return sa.true()
    return Round.public_id.in_([scope.key for scope in reach if scope.kind is ScopeKind.ROUND])


def _named(public_id: str) -> sa.Select[SuspectCase]:
    # PostgreSQL refuses a text that holds a NUL: no case has one.
    return sa.select(SuspectCase).where(SuspectCase.public_id == public_id.replace("\0", ""))


def _known(case: SuspectCase | None) -> SuspectCase:
    if case is None:
        raise Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return case
