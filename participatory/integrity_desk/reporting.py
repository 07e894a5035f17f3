"""Reports of the public: receiving, reading, joining to a case, answering, closing. No row names an account.

The journal says that a report came and what became of it, never what it holds nor from whom.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import grouped, ungrouped
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.rules import mailbox_of, normalised_email
from participatory.integrity_desk.queries import case_at
from participatory.integrity_desk.report_models import IntegrityReport
from participatory.integrity_desk.report_rules import LETTERS_WITHIN, MOST_LETTERS, SHORTEST_SEEN, ReportState
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.rounds.models import Round


@dataclass(frozen=True)
class Typed:
    """What somebody reports; `contact` may be empty, `form_key` is drawn with the form that was sent."""

    form_key: str
    seen: str
    place: str
    moment: str
    contact: str
    locale: str


def number_of(report: IntegrityReport) -> str:
    """The number of a report as people read it: capitals, in groups."""
    return grouped(report.public_id.upper(), 5)


def report_by_number(typed: str) -> IntegrityReport:
    """The report of this number, however it is written; raises Refusal (NOT_FOUND)."""
    key = ungrouped(typed[:40]).lower()
    return _known(db.session.scalars(sa.select(IntegrityReport).where(IntegrityReport.public_id == key)).first())


def _known(report: IntegrityReport | None) -> IntegrityReport:
    if report is None:
        raise Refusal(N_("Ce signalement n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return report


def receive(round_: Round | None, typed: Typed, now: datetime, link: str) -> IntegrityReport:
    """Take a report; `link` is the address of its page, with `{number}` in the place of the number.

    The same form sent twice gives the same report. Raises Refusal (INVALID) with the field: `seen` when it says
    nothing, `contact` when it is no address.
    """
    if len(typed.seen) < SHORTEST_SEEN:
        raise Refusal(N_("Dites en quelques mots ce que vous avez vu."), Kind.INVALID, "seen")
    contact = _address(typed.contact)
    before = _sent(typed.form_key)
    if before is not None:
        return before
    report = IntegrityReport(
        form_key=typed.form_key,
        round_id=round_.id if round_ else None,
        seen=typed.seen,
        place=typed.place,
        moment=typed.moment,
        contact=contact,
        locale=typed.locale,
        received_at=now,
    )
    welcome = bool(contact) and _letters_lately(contact, now) < MOST_LETTERS
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError:
        # The same form at the same instant: the other request has just written it.
        return _known(_sent(typed.form_key))
    if welcome:
        number = number_of(report)
        enqueue(contact, "report_received", typed.locale, now, number=number, link=link.format(number=number))
    record(Verb.REPORT_RECEIVED, SYSTEM, now, report=report.public_id, round=round_.public_id if round_ else "")
    return report


def _address(typed: str) -> str:
    if not typed:
        return ""
    try:
        return normalised_email(typed)
    except Refusal as refusal:
        raise Refusal(refusal.message, refusal.kind, "contact", **refusal.values) from refusal


def _sent(form_key: str) -> IntegrityReport | None:
    return db.session.scalars(sa.select(IntegrityReport).where(IntegrityReport.form_key == form_key)).first()


def _letters_lately(contact: str, now: datetime) -> int:
    """How many reports of late gave an address of the same mailbox, however it was written."""
    lately = sa.select(IntegrityReport.contact).where(IntegrityReport.received_at > now - LETTERS_WITHIN)
    given = db.session.scalars(lately.where(IntegrityReport.contact != ""))
    return sum(mailbox_of(each) == mailbox_of(contact) for each in given)


def can_read(person: Person, round_: Round | None) -> Refusal | None:
    """Officers read the reports of their rounds; one that bears on no round is read by every officer."""
    known = person.may(Permission.WATCH_INTEGRITY, round_.scope) if round_ else person.holds(Permission.WATCH_INTEGRITY)
    if known:
        return None
    return Refusal(N_("Ce signalement porte sur un budget que vous ne suivez pas."), Kind.FORBIDDEN)


def can_end(report: IntegrityReport) -> Refusal | None:
    """A report is answered or closed once."""
    if report.state == ReportState.WAITING:
        return None
    return Refusal(N_("Ce signalement est déjà traité."))


def round_of(report: IntegrityReport) -> Round | None:
    """The round that a report bears on, None for none."""
    return db.session.get(Round, report.round_id) if report.round_id is not None else None


def answer(report: IntegrityReport, words: str, by: Person, now: datetime, link: str) -> None:
    """Answer, by letter where an address was given, and forget the address; the page of the number shows the words.

    Raises Refusal: FORBIDDEN, CONFLICT for a report that was answered or closed.
    """
    held = _held(report, by)
    if held.contact:
        enqueue(held.contact, "report_answered", held.locale, now, number=number_of(held), words=words, link=link)
    _end(held, ReportState.ANSWERED, words, by, now)
    record(Verb.REPORT_ANSWERED, by.public_id, now, report=held.public_id)


def close(report: IntegrityReport, reason: str, by: Person, now: datetime) -> None:
    """Close without an answer, with a reason that the page of the number shows; the address is forgotten.

    Raises Refusal as `answer` does.
    """
    held = _held(report, by)
    _end(held, ReportState.CLOSED, reason, by, now)
    record(Verb.REPORT_CLOSED, by.public_id, now, report=held.public_id)


def join(report: IntegrityReport, case_id: str, by: Person, now: datetime) -> None:
    """Say to which case a report belongs, by its public identifier; an empty one takes it out of any.

    Raises Refusal: FORBIDDEN; INVALID (field `case_id`) for a case that is none, or of another round.
    """
    held = _locked(report)
    refuse_if(can_read(by, round_of(held)))
    held.case_id = _case_key(held, case_id, by) if case_id else ""
    db.session.flush()
    record(Verb.REPORT_JOINED, by.public_id, now, report=held.public_id, case=held.case_id)


def _case_key(report: IntegrityReport, typed: str, by: Person) -> str:
    unknown = Refusal(N_("Il n’y a pas de dossier de ce numéro dans ce budget."), Kind.INVALID, "case_id")
    try:
        case = case_at(ungrouped(typed[:40]).lower())
    except Refusal as refusal:
        raise unknown from refusal
    if can_read(by, case.round) is not None or report.round_id not in (None, case.round_id):
        raise unknown
    return case.public_id


def _held(report: IntegrityReport, by: Person) -> IntegrityReport:
    held = _locked(report)
    refuse_if(can_read(by, round_of(held)))
    refuse_if(can_end(held))
    return held


def _locked(report: IntegrityReport) -> IntegrityReport:
    wanted = lock(sa.select(IntegrityReport).where(IntegrityReport.id == report.id))
    return _known(db.session.scalars(wanted.execution_options(populate_existing=True)).first())


def _end(report: IntegrityReport, state: ReportState, words: str, by: Person, now: datetime) -> None:
    report.state, report.words, report.contact = state.value, words, ""
    report.ended_by, report.ended_at = by.public_id, now
    db.session.flush()
