"""« Signaler une anomalie »: a form that anybody may send, and the page where a report is followed by its number."""

from datetime import datetime

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.identifiers import ungrouped
from participatory.integrity_desk import reporting
from participatory.integrity_desk.public import bp
from participatory.integrity_desk.report_forms import ReportForm
from participatory.integrity_desk.reporting import Typed
from participatory.rounds.models import Round
from participatory.rounds.queries import announced_rounds, current_round
from participatory.rounds.rules import Phase
from participatory.web.access import public
from participatory.web.filters import locale_code
from participatory.web.limits import REPORTS, REPORTS_FOLLOWED, REPORTS_UNPROVEN, limited
from participatory.web.pages import absolute_url, page, see_other


@bp.route("/signaler-une-anomalie", methods=["GET", "POST"])
@public
@limited(REPORTS)
@limited(REPORTS_UNPROVEN)
def report() -> Response | BaseResponse:
    """Say what one saw; no account is asked for, and none is noted when there is one."""
    moment = now()
    if request.method == "GET" and request.args.get("numero"):
        # Only what was typed as a number is in the address, and an address leads nowhere else.
        return see_other("integrity_public.followed", number=ungrouped(request.args["numero"][:40]) or "0")
    rounds, form = [each for each in announced_rounds(moment) if not each.imported], ReportForm()
    form.offer(rounds)
    if request.method == "GET":
        form.round.data = _asked(rounds, moment)
    elif form.validate():
        try:
            return _received(form, next((each for each in rounds if each.slug == form.round.data), None))
        except Refusal as refusal:
            form.refuse(refusal)
    form.key()
    status = 200 if request.method == "GET" else 422
    return _unkept(page("integrity_desk/report.html", status=status, form=form))


def _asked(rounds: list[Round], moment: datetime) -> str:
    """The round that the address names, else the one of the moment: a vote, or one that has just ended, goes first."""
    named = request.args.get("budget", "")
    if any(each.slug == named for each in rounds):
        return named
    voted = (each for each in rounds if each.phase(moment) in {Phase.VOTING, Phase.CONTROL})
    usual = next(voted, None) or current_round(moment)
    return usual.slug if usual else ""


def _received(form: ReportForm, round_: Round | None) -> BaseResponse:
    typed = Typed(
        form_key=form.key(),
        seen=form.seen.data or "",
        place=form.place.data or "",
        moment=form.moment.data or "",
        contact=form.contact.data or "",
        locale=locale_code(),
    )
    link = absolute_url("integrity_public.followed", number="0").removesuffix("0") + "{number}"
    with transaction():
        taken = reporting.receive(round_, typed, now(), link)
    return see_other("integrity_public.followed", number=reporting.number_of(taken))


@bp.get("/signaler-une-anomalie/<number>")
@public
@limited(REPORTS_FOLLOWED)
def followed(number: str) -> Response:
    """What became of a report, for whoever has its number; not a word of what was reported."""
    found = reporting.report_by_number(number)
    return _unkept(page("integrity_desk/followed.html", report=found, number=reporting.number_of(found)))


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
