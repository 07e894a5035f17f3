"""Making a device the one of a stand, and the doors of this package."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.standing_by import IDLE_SECONDS, RECEIPT_SECONDS, WARNING_SECONDS, declare_stand_reader
from participatory.control.obstacles import learn_obstacle
from participatory.control.paper import learn_awaited, learn_undeposited
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.deeds.kinds import offer_deed
from participatory.identity.permissions import Permission
from participatory.identity.sessions import learn_shared_devices
from participatory.integrity import collecting
from participatory.stands import counter_staff, holdings, paper_staff, queries, reading, staff
from participatory.stands.actions import enrol_device
from participatory.stands.closing import CLOSE, waiting_for_paper
from participatory.stands.forms import EnrolForm
from participatory.web.access import public
from participatory.web.limits import ENROLLING, limited
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

bp = Blueprint("stands", __name__)
staff.open_doors(bp)
paper_staff.open_doors(bp)
counter_staff.open_doors(bp)


@bp.route("/stand", methods=["GET", "POST"])
@public
@limited(ENROLLING)
def enrol() -> Response | BaseResponse:
    """Take the code that an officer has given; opening the page uses nothing, even with a code after its `#`."""
    form = EnrolForm()
    if form.validate_on_submit():
        try:
            return _enrolled(form.code.data or "")
        except Refusal as refusal:
            form.refuse(refusal)
    answer = page(
        "stands/enrol.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        here=reading.enrolled_stand(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _enrolled(typed: str) -> BaseResponse:
    if current_user.is_authenticated:
        # The session of an officer must not stay on the device that everybody will use.
        message = N_("Déconnectez-vous d’abord : personne ne doit être connecté sur l’appareil d’un stand.")
        raise Refusal(message, Kind.INVALID)
    with transaction():
        stand, token = enrol_device(typed, now(), staff.enrol_key())
    reading.leave_nothing()
    notify(N_("Cet appareil est celui du stand « %(label)s »."), label=stand.label)
    answer = see_other("ballots.booth", slug=stand.round.slug)
    reading.hold_device(answer, stand, token)
    return answer


@bp.get("/stand/present")
@public
def present() -> BaseResponse:
    """Told by the page of a stand while somebody reads it: the session is prolonged on the way."""
    answer = BaseResponse(status=204)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown() -> dict[str, object]:
    """What every template may ask about the stand of this request."""
    return {"stand_here": reading.current_stand}


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    reading.watch(app)
    app.context_processor(_shown)
    app.jinja_env.globals.update(
        stand_times={"warning": WARNING_SECONDS, "idle": IDLE_SECONDS, "receipt": RECEIPT_SECONDS}
    )
    declare_stand_reader(reading.current_stand)
    collecting.declare_stand_reader(reading.stand_name)
    learn_shared_devices(reading.session_lasts)
    learn_obstacle(waiting_for_paper)
    learn_undeposited(queries.undeposited)
    learn_awaited(queries.awaited)
    offer_deed(app, CLOSE)
    entry = frozenset({Permission.OPEN_STANDS.value, Permission.ENTER_PAPER.value})
    staff_menu(Entry("stands.rounds", N_("Stands et papier"), 46, entry, blueprint=bp.name))
    holdings.offer(app)
