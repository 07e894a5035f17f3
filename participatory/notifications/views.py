"""Where people read their notices and say how often they want letters, with and without signing in."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, redirect, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.notifications import actions, holdings
from participatory.notifications.forms import TUNED, PacesForm
from participatory.notifications.jobs import send_in_time
from participatory.notifications.queries import PAGE, own, paces_of, told, unread
from participatory.notifications.reading import shown
from participatory.notifications.refusing import meant_by
from participatory.notifications.rules import DEFAULTS, Pace
from participatory.web.access import public, signed_in
from participatory.web.limits import REMINDERS, limited
from participatory.web.pages import notify, page, see_other

bp = Blueprint("notifications", __name__)


@bp.get("/mon-compte/avis")
@signed_in
def mine() -> Response:
    """One's notices, the newest first."""
    before = request.args.get("avant", "")
    start = own(current_user, before).id if before else None
    notices = told(current_user, start, PAGE + 1)
    older = notices[PAGE - 1].public_id if len(notices) > PAGE else None
    shown_here = [shown(each) for each in notices[:PAGE]]
    return page("notifications/mine.html", notices=shown_here, older=older, unread=unread(current_user))


@bp.post("/mon-compte/avis/<public_id>")
@signed_in
def read(public_id: str) -> BaseResponse:
    """Note that a notice is read and go where it leads: an address of this site, which this site wrote."""
    with transaction():
        notice = own(current_user, public_id)
        actions.read_one(notice, now())
    return redirect(notice.link, 303) if request.form.get("go") == "1" else see_other("notifications.mine")


@bp.post("/mon-compte/avis")
@signed_in
def read_all() -> BaseResponse:
    """Note that all notices are read."""
    with transaction():
        actions.read_all(current_user, now())
    notify(N_("Tous vos avis sont marqués comme lus."))
    return see_other("notifications.mine")


@bp.route("/mon-compte/lettres", methods=["GET", "POST"])
@signed_in
def choices() -> Response | BaseResponse:
    """How often one is written to, topic by topic."""
    person: Person = current_user
    present = paces_of(person)
    form = PacesForm(data={topic.value: present[topic].value for topic in TUNED})
    form.offer()
    if form.validate_on_submit():
        with transaction():
            for topic, pace in form.wanted().items():
                actions.choose(person, topic, pace)
        notify(N_("Vos choix de lettres sont enregistrés."))
        return see_other("notifications.choices")
    status = 422 if form.is_submitted() else 200
    return page("notifications/choices.html", status=status, form=form, topics=TUNED, address=person.email)


@bp.get("/lettres/<token>")
@public
def stop(token: str) -> Response:
    """The button that stops letters about a topic; it names nobody, and opening it changes nothing."""
    person, topic = meant_by(token)
    stopped = paces_of(person)[topic] is Pace.SITE
    answer = page("notifications/stop.html", token=token, topic=topic, stopped=stopped)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/lettres/<token>/choix")
@public
@limited(REMINDERS)
def choose(token: str) -> BaseResponse:
    """Stop letters about a topic, or have them sent again."""
    again = request.form.get("wanted") == "1"
    with transaction():
        person, topic = meant_by(token)
        actions.choose(person, topic, DEFAULTS[topic] if again else Pace.SITE)
    notify(N_("Vous recevrez de nouveau ces lettres.") if again else N_("C’est fait : ces lettres ne partent plus."))
    return see_other("notifications.stop", token=token)


@bp.post("/lettres/<token>")
@public
@limited(REMINDERS)
def one_click(token: str) -> Response:
    """What a mail program sends when its reader unsubscribes (RFC 8058): no page of ours, hence no form's token."""
    with transaction():
        person, topic = meant_by(token)
        actions.choose(person, topic, Pace.SITE)
    return Response(gettext("C’est fait : ces lettres ne partent plus."), mimetype="text/plain")


def waiting() -> int:
    """How many notices the present person has not read, for the header."""
    return unread(current_user) if current_user.is_authenticated else 0


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(f"{one_click.__module__}.{one_click.__name__}")
    app.jinja_env.globals.update(unread_notices=waiting)
    holdings.offer(app)
    send_in_time(app)
