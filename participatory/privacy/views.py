"""One's own data: seen, taken away, corrected, deleted; and the daily job that deletes what is past its time."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, g, session
from flask_login import current_user
from huey import crontab
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.identity.gate import gate
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.rules import normalised_email
from participatory.identity.sessions import end_session
from participatory.privacy import accounts, erasing, expiring, staff, traces
from participatory.privacy.actions import address_key, ask_address, confirm_address, delete_account, to_type
from participatory.privacy.export import html_answer, json_answer
from participatory.privacy.forms import AddressCodeForm, DeletionForm, NewAddressForm
from participatory.privacy.holdings import foreseen, holdings_of
from participatory.privacy.queries import change_of, readings_of
from participatory.privacy.retention import run
from participatory.web.access import Door, Mark, signed_in
from participatory.web.i18n import LANGUAGES
from participatory.web.limits import ADDRESS_CODE, DELETING, NEW_ADDRESS, TAKING_DATA, limited
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import config

bp = Blueprint("privacy", __name__)
staff.open_doors(bp)


def _myself() -> Person:
    person: Person = current_user
    return person


@bp.get("/mon-compte/mes-donnees")
@signed_in
def mine() -> Response:
    """Everything that is held about the person, why, and until when."""
    person, moment = _myself(), now()
    held = holdings_of(person, moment)
    return _private(
        page(
            "privacy/mine.html",
            held=[(processing, holding) for processing, holding in held if holding is not None],
            absent=[processing for processing, holding in held if holding is None],
            readings=len(readings_of(person)),
            contact=config().dpo_email or config().contact_email,
        )
    )


@bp.get("/mon-compte/mes-donnees.json")
@signed_in
@limited(TAKING_DATA)
def mine_json() -> Response:
    """The same for machines."""
    return json_answer(_myself(), config().public_url, now())


@bp.get("/mon-compte/mes-donnees.html")
@signed_in
@limited(TAKING_DATA)
def mine_html() -> Response:
    """The same as one page to keep."""
    return html_answer(_myself(), config().public_url, now())


@bp.route("/mon-compte/supprimer", methods=["GET", "POST"])
@signed_in
@limited(DELETING)
def delete() -> Response | BaseResponse:
    """Say what goes and what stays, then delete the account once its address was typed."""
    person, form = _myself(), DeletionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                delete_account(person, form.confirmation.data or "", now(), contact=config().contact_email)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _farewell()
    erasure = foreseen(person, now())
    status = 422 if form.is_submitted() else 200
    return _private(page("privacy/delete.html", status=status, form=form, erasure=erasure, to_type=to_type(person)))


def _farewell() -> BaseResponse:
    language = session.get("language")
    # The row of this session is gone already, and the request must not go on believing in it.
    g.pop("sign_in_session", None)
    end_session()
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    notify(N_("Votre compte est supprimé. Une dernière lettre vous le confirme."))
    return see_other("portal.home")


@bp.route("/mon-compte/adresse", methods=["GET", "POST"])
@signed_in
@limited(NEW_ADDRESS)
def address() -> Response | BaseResponse:
    """Ask for a new address, and send it a code."""
    refused = _staff_first()
    if refused is not None:
        return refused
    form = NewAddressForm()
    if form.validate_on_submit():
        try:
            wanted = normalised_email(form.email.data or "")
            with transaction():
                change = ask_address(
                    _myself(), wanted, address_key(config().secret_key), now(), contact=config().contact_email
                )
            return see_other("privacy.address_code", attempt=change.public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return _private(page("privacy/address.html", status=422 if form.is_submitted() else 200, form=form))


@bp.route("/mon-compte/adresse/<attempt>", methods=["GET", "POST"])
@signed_in
@limited(ADDRESS_CODE)
def address_code(attempt: str) -> Response | BaseResponse:
    """Take the code that the new address received."""
    refused = _staff_first()
    if refused is not None:
        return refused
    form, change = AddressCodeForm(), change_of(_myself(), attempt)
    if form.validate_on_submit():
        key, contact = address_key(config().secret_key), config().contact_email
        try:
            with transaction():
                answer = confirm_address(_myself(), attempt, form.code.data or "", key, now(), contact=contact)
        except Refusal as refusal:
            answer = refusal
        if answer is None:
            notify(N_("Votre adresse est changée. L’ancienne en est prévenue."))
            return see_other("identity.account")
        form.refuse(answer)
    status = 422 if form.is_submitted() else 200
    return _private(page("privacy/address_code.html", status=status, form=form, change=change))


def _staff_first() -> BaseResponse | None:
    """Whoever holds a role gives the second factor again: an account that changes hands would take the role along."""
    answer = gate(Mark(Door.STAFF, recent=True)) if current_user.held else None
    return answer if isinstance(answer, BaseResponse) else None


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package, enter what the lower ones hold, and set the daily job."""
    app.register_blueprint(bp)
    accounts.offer(app)
    traces.offer(app)
    erasing.offer(app)
    expiring.offer(app)
    read, keep = frozenset({Permission.READ_PERSONAL}), frozenset({Permission.MANAGE_RETENTION})
    staff_menu(
        Entry("privacy.look_up", N_("Données d’une personne"), 92, permissions=read, prefix="/gestion/personnes"),
        Entry("privacy.retention", N_("Durées de conservation"), 93, permissions=keep, prefix="/gestion/conservation"),
    )
    _run_daily(app)


def _run_daily(app: Flask) -> None:
    def carry_out() -> None:
        with app.app_context():
            run(now())

    # In the small hours of Paris: the worker's clock is in UTC.
    app.extensions["jobs"].huey.periodic_task(crontab(hour="2", minute="17"), name="retention")(carry_out)
