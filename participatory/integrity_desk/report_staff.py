"""The inbox of reports: reading, joining to a case, answering, closing."""

from flask import Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.holders import names_of
from participatory.identity.permissions import Permission
from participatory.integrity_desk import report_queries, reporting
from participatory.integrity_desk.public import bp
from participatory.integrity_desk.report_forms import AnswerForm, CloseForm, JoinForm
from participatory.integrity_desk.report_models import IntegrityReport
from participatory.integrity_desk.report_rules import ReportState
from participatory.rounds.queries import titles_of
from participatory.web.access import requires
from participatory.web.forms import BaseForm
from participatory.web.pages import absolute_url, notify, page, see_other

_HERE = "/integrite/signalements"
_LAST_PAGE = 10_000


@bp.get(_HERE)
@requires(Permission.WATCH_INTEGRITY)
def inbox() -> Response:
    """The reports that the person may read, those to deal with first."""
    asked = request.args.get("etat", "")
    state = ReportState(asked) if asked in set(ReportState) else None
    number = min(request.args.get("page", 1, type=int), _LAST_PAGE)
    found = report_queries.reports_for(current_user, state, number)
    rounds = titles_of([each.round_id for each in found.items if each.round_id is not None])
    return _unkept(
        page(
            "integrity_desk/reports.html",
            found=found,
            state=state,
            unknown=(bool(asked) and state is None) or bool(request.args.keys() - {"etat", "page"}),
            states=list(ReportState),
            rounds=rounds,
            number_of=reporting.number_of,
        )
    )


def _report(number: str) -> IntegrityReport:
    """The report of this number, for those who may read it; raises Refusal."""
    report = reporting.report_by_number(number)
    refuse_if(reporting.can_read(current_user, reporting.round_of(report)))
    return report


@bp.get(f"{_HERE}/<number>")
@requires(Permission.WATCH_INTEGRITY)
def read(number: str) -> Response:
    """One report, and what may be done with it."""
    return _page(_report(number))


@bp.post(f"{_HERE}/<number>/repondre")
@requires(Permission.WATCH_INTEGRITY)
def answer(number: str) -> Response | BaseResponse:
    """Answer, by letter where an address was given."""
    report, form = _report(number), AnswerForm()
    if form.validate():
        link = absolute_url("integrity_public.followed", number=reporting.number_of(report))
        try:
            with transaction():
                reporting.answer(report, form.words.data or "", current_user, now(), link)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(report, N_("La réponse est enregistrée ; l’adresse, s’il y en avait une, est effacée."))
    return _page(report, form)


@bp.post(f"{_HERE}/<number>/fermer")
@requires(Permission.WATCH_INTEGRITY)
def close(number: str) -> Response | BaseResponse:
    """Close without an answer."""
    report, form = _report(number), CloseForm()
    if form.validate():
        try:
            with transaction():
                reporting.close(report, form.reason.data or "", current_user, now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(report, N_("Le signalement est fermé ; l’adresse, s’il y en avait une, est effacée."))
    return _page(report, form)


@bp.post(f"{_HERE}/<number>/dossier")
@requires(Permission.WATCH_INTEGRITY)
def join(number: str) -> Response | BaseResponse:
    """Say to which case a report belongs."""
    report, form = _report(number), JoinForm()
    if form.validate():
        try:
            with transaction():
                reporting.join(report, form.case_id.data or "", current_user, now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(report, N_("Le dossier de ce signalement est enregistré."))
    return _page(report, form)


def _done(report: IntegrityReport, message: str) -> BaseResponse:
    notify(message)
    return see_other("integrity_public.read", number=reporting.number_of(report))


def _page(report: IntegrityReport, sent: BaseForm | None = None) -> Response:
    """The page of a report; `sent` is the form that comes back, the others are shown fresh."""
    forms = {"answer": AnswerForm, "close": CloseForm, "join": JoinForm}
    shown = {name: sent if isinstance(sent, kind) else kind(formdata=None) for name, kind in forms.items()}
    if not isinstance(sent, JoinForm):
        shown["join"].case_id.data = report.case_id
    return _unkept(
        page(
            "integrity_desk/report_read.html",
            status=422 if sent is not None else 200,
            report=report,
            round=reporting.round_of(report),
            number=reporting.number_of(report),
            names=names_of({report.ended_by}),
            form=sent,
            forms=shown,
        )
    )


def _unkept(answer_: Response) -> Response:
    answer_.headers["Cache-Control"] = "no-store"
    return answer_
