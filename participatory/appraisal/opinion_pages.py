"""The page where a body answers by the link that it was sent: GET shows, POST answers, nobody signs in."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from participatory.appraisal.opinions import answer, by_token, can_answer
from participatory.appraisal.work_forms import AnswerForm
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.web.access import public
from participatory.web.limits import OPINIONS, OPINIONS_UNPROVEN, limited
from participatory.web.pages import absolute_url, notify, page, see_other

bp = Blueprint("opinions", __name__)


@bp.route("/avis-demande/<token>", methods=["GET", "POST"])
@public
@limited(OPINIONS)
@limited(OPINIONS_UNPROVEN)
def answer_page(token: str) -> BaseResponse:
    """The project, what is asked, and the form; or what was answered, and why nothing more is taken."""
    found, form = by_token(token), AnswerForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        link = absolute_url("appraisal_work.file", public_id=found.proposal.public_id)
        try:
            with transaction():
                answer(token, form.given(), link, now())
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
        else:
            notify(N_("Votre avis est enregistré. Vous pouvez le revoir par ce même lien jusqu’à l’échéance."))
            return _unkept(see_other("opinions.answer_page", token=token))
    return _unkept(_page(token, form, status))


def _page(token: str, form: AnswerForm, status: int) -> Response:
    found = by_token(token)
    last = found.answer
    if not form.is_submitted() and last is not None:
        form.verdict.data, form.text.data = last.verdict_code, last.text
        form.respondent.data, form.function.data = last.respondent, last.function
    form.seen.raw_data = None
    form.seen.data = str(len(found.answers))
    return page(
        "appraisal/answer.html",
        status=status,
        asked=found,
        proposal=found.proposal,
        form=form,
        obstacle=can_answer(found, now()),
    )


def _unkept(response: BaseResponse) -> BaseResponse:
    """The address is the key: no cache keeps the page, no other site is told of it, no engine lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
