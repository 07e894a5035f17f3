"""Signing in with a code on paper, and the doors of this package."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.identifiers import ungrouped
from participatory.core.labels import N_
from participatory.doors.ways import WayIn, offer_way
from participatory.identity.permissions import Permission
from participatory.identity.rules import safe_path
from participatory.identity.sessions import open_session
from participatory.printed_codes import keeping, queries, staff
from participatory.printed_codes.actions import use_code
from participatory.printed_codes.forms import EnterForm
from participatory.printed_codes.secret import code_key, installation_pepper
from participatory.territories.models import Establishment
from participatory.web.access import public
from participatory.web.filters import locale_code
from participatory.web.limits import PRINTED, PRINTED_ALL, PRINTED_UNPROVEN, Counted, by_text, limited
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

bp = Blueprint("printed_codes", __name__)
staff.open_doors(bp)


def _code_typed() -> str:
    """The key of the limit per code: the same whatever the way of writing it."""
    return by_text(Counted.CODE, ungrouped(request.form.get("code", "")[:200]))


@bp.route("/connexion/code-imprime", methods=["GET", "POST"])
@public
@limited(PRINTED, _code_typed)
@limited(PRINTED_ALL)
@limited(PRINTED_UNPROVEN)
def enter() -> Response | BaseResponse:
    """Take the code of a sheet; opening the page uses nothing, even with a code after its `#`."""
    form = EnterForm()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next"))
        if current_user.is_authenticated and form.next.data:
            return _lead_to(form.next.data)
    elif form.validate_on_submit():
        refusal = _try(form)
        if refusal is None:
            return _lead_to(safe_path(form.next.data))
        form.refuse(refusal)
        return _page(form, int(refusal.kind))
    return _page(form, 422 if form.is_submitted() else 200)


def _page(form: EnterForm, status: int) -> Response:
    # Its label says when it is needed.
    form.address.flags.hide_optional = True
    answer = page("printed_codes/enter.html", status=status, form=form)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _try(form: EnterForm) -> Refusal | None:
    """Sign in, or say why not; an attempt that fails stays counted."""
    try:
        with transaction():
            done = use_code(
                form.code.data or "",
                form.address.data or "",
                now(),
                key=code_key(),
                pepper=installation_pepper(),
                locale=locale_code(),
            )
    except Refusal as refusal:
        return refusal
    if isinstance(done, Refusal):
        return done
    person, code = done
    place = code.package.establishment.name
    open_session(person, door="printed")
    notify(N_("Vous êtes connecté·e : %(place)s a vérifié votre carte d’étudiant."), place=place)
    return None


def _lead_to(next_path: str) -> BaseResponse:
    answer = see_other("identity.account")
    if next_path:
        answer.location = next_path
    return answer


def _way(establishment: Establishment, next_path: str) -> WayIn | None:
    """On the page of an establishment whose counter has sheets at present."""
    if not queries.serves(establishment, now()):
        return None
    return WayIn(
        N_("Avec un code imprimé"),
        N_(
            "Le guichet de votre établissement remet une feuille avec un code, sur présentation de la carte d’étudiant."
        ),
        url_for("printed_codes.enter", next=next_path or None),
        "printer",
    )


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    offer_way(app, _way)
    keeping.register(app)
    entry = Permission.ISSUE_CODES.value, Permission.HAND_CODES.value
    staff_menu(
        Entry("printed_codes.index", N_("Codes imprimés"), 45, frozenset(entry), prefix="/gestion/codes-imprimes")
    )
