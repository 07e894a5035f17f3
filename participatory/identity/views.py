"""Signing in and out, and one's own account."""

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Flask, Response, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.identity import asking, factors_views, sessions_views, staff
from participatory.identity.actions import change_account, enter_code, open_link, send_letter
from participatory.identity.codes import link_mac, new_token, sign_in_key
from participatory.identity.forms import AccountForm, AddressForm, CodeForm, LinkForm
from participatory.identity.gate import guard
from participatory.identity.listing import lines_of
from participatory.identity.models import Person, SignInCode
from participatory.identity.permissions import Permission
from participatory.identity.policy import can_choose_association, can_use
from participatory.identity.queries import associations, letter_of, letter_with_link
from participatory.identity.rules import normalised_email, safe_path
from participatory.identity.sessions import end_session, open_session
from participatory.web.access import public, signed_in
from participatory.web.filters import locale_code
from participatory.web.i18n import LANGUAGES
from participatory.web.limits import (
    CODE,
    CODES,
    LEAVING,
    LETTER,
    LETTERS,
    LETTERS_UNPROVEN,
    Counted,
    by_text,
    limited,
)
from participatory.web.navigation import Entry
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import config

bp = Blueprint("identity", __name__)
staff.open_doors(bp)
asking.open_doors(bp)
factors_views.open_doors(bp)
sessions_views.open_doors(bp)


def _address_asked() -> str:
    """The key of the limit per address; hashed, so that the counters hold nobody's address."""
    address = request.form.get("email", "")
    with suppress(Refusal):
        # As it is compared: other ways of writing one address share its count.
        address = normalised_email(address)
    return by_text(Counted.ADDRESS, address)


def _attempt_asked() -> str:
    return by_text(Counted.CODE, str((request.view_args or {}).get("attempt", "")))


def _key() -> bytes:
    return sign_in_key(config().secret_key)


@bp.route("/connexion", methods=["GET", "POST"])
@public
@limited(LETTER, _address_asked)
@limited(LETTERS)
@limited(LETTERS_UNPROVEN)
def sign_in() -> Response | BaseResponse:
    """Ask for an address and send it a letter; a whole campus may share one network."""
    form = AddressForm()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next"))
        if current_user.is_authenticated:
            return _lead_back(form.next.data)
    elif form.validate_on_submit():
        try:
            return _send_letter(normalised_email(form.email.data or ""), safe_path(form.next.data))
        except Refusal as refusal:
            form.refuse(refusal)
    return page("identity/sign_in.html", status=200 if request.method == "GET" else 422, form=form)


def _send_letter(email: str, next_path: str) -> BaseResponse:
    token = new_token()
    link = absolute_url("identity.link", token=token)
    with transaction():
        letter = send_letter(email, _key(), now(), token=token, link=link, next_path=next_path, locale=locale_code())
    return see_other("identity.code", attempt=letter.public_id)


@bp.route("/connexion/code/<attempt>", methods=["GET", "POST"])
@public
@limited(CODE, _attempt_asked)
@limited(CODES)
def code(attempt: str) -> Response | BaseResponse:
    """Say that a letter left, and take its code."""
    form = CodeForm()
    letter = letter_of(attempt)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("identity/code.html", status=status, form=form, letter=letter, spent=can_use(letter, now()))
    with transaction():
        answer = enter_code(attempt, form.code.data or "", _key(), locale_code(), now())
    if isinstance(answer, Person):
        return _welcome(answer, letter)
    form.refuse(answer)
    spent = can_use(letter, now())
    return page("identity/code.html", status=int(answer.kind), form=form, letter=letter, spent=spent)


@bp.route("/connexion/lien/<token>", methods=["GET", "POST"])
@public
@limited(CODES)
def link(token: str) -> Response | BaseResponse:
    """Show a button; only pressing it uses the link, since mail scanners open every link that they see."""
    form = LinkForm()
    try:
        letter = letter_with_link(link_mac(_key(), token))
        if form.validate_on_submit():
            with transaction():
                person = open_link(token, _key(), locale_code(), now())
            return _welcome(person, letter)
        spent = can_use(letter, now())
    except Refusal as refusal:
        letter, spent = None, refusal
    status = int(spent.kind) if spent else 200
    return page("identity/link.html", status=status, form=form, letter=letter, spent=spent, token=token)


def _welcome(person: Person, letter: SignInCode) -> BaseResponse:
    """Sign in, say so, and lead back to where the person was going."""
    # An address beside that of the account was perhaps only asserted by an establishment.
    door = "mail" if letter.email == person.email else sessions_views.OTHER_MAILBOX
    next_path = letter.next_path
    open_session(person, door)
    notify(N_("Vous êtes connecté·e sous le nom de %(name)s."), name=person.display_name)
    return _lead_back(next_path)


def _lead_back(next_path: str) -> BaseResponse:
    """Go to a path of this site that was checked, else to the account."""
    answer = see_other("identity.account")
    if next_path:
        answer.location = next_path
    return answer


@bp.post("/deconnexion")
@public
@limited(LEAVING)
def sign_out() -> BaseResponse:
    """End the session; asking twice does no harm."""
    language = session.get("language")
    end_session()
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    notify(N_("Vous êtes déconnecté·e."))
    return see_other("portal.home")


@bp.route("/mon-compte", methods=["GET", "POST"])
@signed_in
def account() -> Response | BaseResponse:
    """What we hold about the person, and what they may change."""
    person: Person = current_user
    known = associations()
    form = AccountForm(
        display_name=person.display_name,
        locale=person.locale,
        association=person.association.slug if person.association else "",
    )
    form.offer(known)
    fixed = can_choose_association(person, None) if person.association_id else None
    if fixed:
        del form.association
    if form.validate_on_submit():
        try:
            return _save(form, {each.slug: each.id for each in known})
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return page(
        "identity/account.html",
        status=status,
        form=form,
        person=person,
        roles=lines_of(person, now()),
        fixed=fixed,
        places=sessions_views.places(),
    )


def _save(form: AccountForm, ids: dict[str, int]) -> BaseResponse:
    with transaction():
        person: Person = current_user
        kept = ids.get(form.association.data or "") if "association" in form else person.association_id
        change_account(person, form.display_name.data or "", form.locale.data, kept, now())
    session["language"] = form.locale.data
    notify(N_("Votre compte est à jour."))
    return see_other("identity.account")


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    guard(app)
    manage = frozenset({Permission.MANAGE_ROLES})
    staff_menu(Entry("identity.roles", N_("Rôles et associations"), 90, permissions=manage, prefix="/gestion/roles"))
    read = frozenset({Permission.READ_RIGHTS})
    staff_menu(Entry("identity.who_may_what", N_("Qui peut quoi"), 91, permissions=read))
