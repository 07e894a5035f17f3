"""Reading the reports of the public."""

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, ScopeKind
from participatory.integrity_desk.report_models import IntegrityReport
from participatory.integrity_desk.report_rules import ReportState
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.rounds.models import Round

PER_PAGE = 20


def reports_for(person: Person, state: ReportState | None = None, page: int = 1) -> Pagination:
    """The reports that this person may read, those to deal with first and the oldest of them first."""
    wanted = sa.select(IntegrityReport).where(_within(person))
    if state is not None:
        wanted = wanted.where(IntegrityReport.state == state.value)
    waits = IntegrityReport.state != ReportState.WAITING.value
    ordered = wanted.order_by(waits, IntegrityReport.received_at, IntegrityReport.id)
    return db.paginate(ordered, page=max(page, 1), per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)


def count_waiting(person: Person) -> int:
    """How many reports wait for somebody, of those that this person may read."""
    waiting = (_within(person), IntegrityReport.state == ReportState.WAITING.value)
    return db.session.scalar(sa.select(sa.func.count(IntegrityReport.id)).where(*waiting)) or 0


def count_reports(round_: Round) -> int:
    """How many reports a round received, those that have gone since included."""
    return _told(Verb.REPORT_RECEIVED, round_)


def count_appeals(round_: Round) -> int:
    """How many appeals were made against settings aside, those whose case has gone since included."""
    return _told(Verb.SETTING_ASIDE_APPEALED, round_)


def _told(verb: Verb, round_: Round) -> int:
    """How many rows of the journal tell this of a round: they stay when what they tell of goes with the roll."""
    of_round = JournalEntry.payload.contains(f'"round":"{round_.public_id}"', autoescape=True)
    wanted = sa.select(sa.func.count()).select_from(JournalEntry).where(JournalEntry.verb == verb.code, of_round)
    return db.session.scalar(wanted) or 0


def reports_joined(case_id: str) -> list[IntegrityReport]:
    """The reports that officers joined to a case, the oldest first."""
    wanted = sa.select(IntegrityReport).where(IntegrityReport.case_id == case_id)
    return list(db.session.scalars(wanted.order_by(IntegrityReport.received_at, IntegrityReport.id)))


def _within(person: Person) -> sa.ColumnElement[bool]:
    reach = person.reach(Permission.WATCH_INTEGRITY)
    if reach is None:
        return sa.true()
    keys = [scope.key for scope in reach if scope.kind is ScopeKind.ROUND]
    own = sa.select(Round.id).where(Round.public_id.in_(keys))
    return sa.or_(IntegrityReport.round_id.is_(None), IntegrityReport.round_id.in_(own)) if reach else sa.false()
