"""Where somebody says that they want no more reminders, from the letter or from their account."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.database import transaction
from participatory.core.labels import N_
from participatory.reminders import actions, holdings
from participatory.reminders.jobs import remind_in_time
from participatory.reminders.queries import refuses
from participatory.reminders.refusing import person_of, token_of
from participatory.web.access import public, signed_in
from participatory.web.limits import REMINDERS, limited
from participatory.web.pages import notify, page, see_other

bp = Blueprint("reminders", __name__)


@bp.get("/mon-compte/rappels")
@signed_in
def mine() -> BaseResponse:
    """Lead to one's own page."""
    return see_other("reminders.refusal", token=token_of(current_user))


@bp.get("/rappels/<token>")
@public
def refusal(token: str) -> Response:
    """Whether reminders are sent, and the button that changes it; it names nobody."""
    answer = page("reminders/refusal.html", token=token, refuses=refuses(person_of(token)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/rappels/<token>")
@public
@limited(REMINDERS)
def choose(token: str) -> BaseResponse:
    """Stop reminders, or have them sent again."""
    person = person_of(token)
    wanted = request.form.get("wanted") == "1"
    with transaction():
        actions.choose(person, wanted=wanted)
    again, never = N_("Vous recevrez de nouveau les rappels."), N_("C’est fait : vous ne recevrez plus de rappel.")
    notify(again if wanted else never)
    return see_other("reminders.refusal", token=token)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    remind_in_time(app)
