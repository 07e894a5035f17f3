"""Where one enrols second factors, removes them, and makes recovery codes."""

import json
from collections.abc import Callable
from urllib.parse import quote

import segno
from flask import Blueprint, Response, request, session
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import grouped
from participatory.core.labels import N_
from participatory.identity import enrolled, enrolling
from participatory.identity.asking import ask, hand_out, keys_site, present
from participatory.identity.factor_forms import ApplicationForm, KeyForm
from participatory.identity.factors import SEED_LASTS, FactorKind, Purpose, new_seed, seal, seed_address, unseal
from participatory.identity.models import Person
from participatory.identity.passkeys import creation
from participatory.identity.rules import safe_path
from participatory.identity.sessions import hold_token, renew_token
from participatory.web.access import signed_in
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import config
from participatory.web.shell import SITE_NAME

# New recovery codes between the form that made them and the page that shows them once; encrypted in the cookie.
SHOWN_ONCE = "recovery"


def _person() -> Person:
    return present().person


def _next() -> str:
    return safe_path(request.values.get("next"))


@signed_in
def factors() -> Response:
    """What the person enrolled, and what they may add."""
    person = _person()
    held = enrolled.factors_of(person)
    return page(
        "identity/factors.html",
        held=[(each, FactorKind(each.kind)) for each in held],
        closed=enrolling.can_enrol(person, len(held), present().door),
        kept=enrolling.can_remove(person, len(held)),
        codes_left=enrolled.recovery_codes_left(person),
        takes_keys=keys_site().takes_keys,
        next_path=_next(),
    )


def _stop() -> Response | BaseResponse | None:
    """What to answer instead: to whoever has no use for this, and to whoever must first show that it is they.

    Nothing was enrolled yet: having signed in is all that can be asked.
    """
    person = _person()
    count = len(enrolled.factors_of(person))
    closed = enrolling.can_enrol(person, count, present().door)
    if closed is not None:
        raise closed
    return ask(recent=True) if count else None


@signed_in
def add_application() -> Response | BaseResponse:
    """Show a seed, and take the first code that it gives."""
    if stop := _stop():
        return stop
    form = ApplicationForm()
    if request.method == "GET":
        form.name.data, form.next.data = gettext(N_("Mon téléphone")), _next()
    seed = _seed_of(form.seed.data or "")
    if seed is None:
        if form.is_submitted():
            form.refuse(Refusal(N_("La page était ouverte depuis longtemps : ajoutez ce nouveau code QR.")))
        seed = new_seed()
        form.seed.data = seal(config().secret_key, f"{_person().public_id} {seed}", now())
        return _application_page(form, seed)
    if not form.validate_on_submit():
        return _application_page(form, seed)
    code, name, secret_key = form.code.data or "", form.name.data or "", config().secret_key
    return _enrol(
        form, lambda row: enrolling.add_application(row, seed, code, name, secret_key=secret_key, now=now())
    ) or _application_page(form, seed)


def _seed_of(sealed: str) -> str | None:
    """The seed that this page gave to this person a while ago, None for any other text."""
    person, _space, seed = (unseal(config().secret_key, sealed, now(), SEED_LASTS) or "").partition(" ")
    return seed if person == _person().public_id else None


def _application_page(form: ApplicationForm, seed: str) -> Response:
    person = _person()
    address = seed_address(seed, person.email or person.display_name, SITE_NAME)
    groups = grouped(seed).split("-")
    answer = page(
        "identity/add_application.html",
        status=422 if form.errors else 200,
        form=form,
        address=address,
        groups=groups,
        qr=_drawing(address),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _drawing(address: str) -> Markup:
    """A QR code in SVG, with presentation attributes alone (the content policy forbids styles)."""
    code = segno.make(address, error="l", boost_error=False, micro=False)
    svg = code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    name = escape(gettext(N_("Code QR à lire avec votre application")))
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1))  # noqa: S704 — drawn by segno.


@signed_in
def add_key() -> Response | BaseResponse:
    """Take the answer of a key or of the device."""
    if stop := _stop():
        return stop
    form = KeyForm()
    if request.method == "GET":
        form.next.data = _next()
    if not form.validate_on_submit():
        return _key_page(form)
    sent, name, secret_key = form.answer.data or "", form.name.data or "", config().secret_key
    return _enrol(
        form, lambda row: enrolling.add_key(row, sent, name, keys_site(), secret_key=secret_key, now=now())
    ) or _key_page(form)


def _key_page(form: KeyForm) -> Response:
    status = 422 if form.errors else 200
    return page("identity/add_key.html", status=status, form=form, takes_keys=keys_site().takes_keys)


@signed_in
def new_key_challenge() -> Response | BaseResponse:
    """What the browser needs to make a key, as JSON."""
    if stop := _stop():
        return stop
    row, site = present(), keys_site()
    if not site.takes_keys:
        raise Refusal(N_("Cette adresse du site n’accepte pas de clé."), Kind.NOT_FOUND)
    person = row.person
    account = person.email or person.display_name
    options, challenge = creation(site, person.public_id, account, enrolled.keys_of(person))
    return hand_out(row.id, Purpose.ADD, options, challenge)


def _enrol(form: ApplicationForm | KeyForm, deed: Callable[[int], list[str] | Refusal]) -> BaseResponse | None:
    """Do the deed in this session and lead on; None when it was refused, which the form then says."""
    row = present()
    try:
        with transaction():
            done = deed(row.id)
            token = "" if isinstance(done, Refusal) else renew_token(row.id)
    except Refusal as refusal:
        done, token = refusal, ""
    if isinstance(done, Refusal):
        form.refuse(done)
        return None
    hold_token(token)
    onward = safe_path(form.next.data)
    notify(N_("C’est enregistré. Une lettre vous le confirme."))
    if done:
        _keep_to_show(done)
        return see_other("identity.recovery_codes", next=onward or None)
    return see_other("identity.factors", next=onward or None)


@signed_in
def remove_factor(public_id: str) -> Response | BaseResponse:
    """Remove a factor."""
    person = _person()
    enrolled.factor_named(person, public_id)
    if stop := ask(recent=True):
        return stop
    with transaction():
        name = enrolling.remove(person, public_id, now())
    notify(N_("« %(name)s » est retiré. Une lettre vous le confirme."), name=name)
    return see_other("identity.factors")


@signed_in
def renew_recovery_codes() -> Response | BaseResponse:
    """Make new recovery codes; the former ones serve no more."""
    person = _person()
    if not enrolled.has_factors(person):
        raise Refusal(N_("Enregistrez d’abord un appareil ou une application."))
    if stop := ask(recent=True):
        return stop
    with transaction():
        codes = enrolling.renew_codes(person, config().secret_key, now())
    _keep_to_show(codes)
    return see_other("identity.recovery_codes")


def _keep_to_show(codes: list[str]) -> None:
    session[SHOWN_ONCE] = seal(config().secret_key, json.dumps([_person().public_id, *codes]), now())


@signed_in
def recovery_codes() -> Response | BaseResponse:
    """Show the new recovery codes, once."""
    sealed = unseal(config().secret_key, session.pop(SHOWN_ONCE, ""), now(), SEED_LASTS)
    person, *codes = json.loads(sealed) if sealed else [""]
    if person != _person().public_id:
        notify(N_("Les codes de secours ne se lisent qu’une fois. Vous pouvez en faire d’autres."), "info")
        return see_other("identity.factors", next=_next() or None)
    shown = [grouped(code, 5) for code in codes]
    # A text that the browser saves by itself: no second request carries the codes.
    file = "data:text/plain;charset=utf-8," + quote("\n".join([SITE_NAME, "", *shown, ""]))
    answer = page("identity/recovery_codes.html", codes=shown, file=file, next_path=_next())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    base = "/mon-compte/double-verification"
    bp.get(base)(factors)
    bp.route(f"{base}/application", methods=["GET", "POST"])(add_application)
    bp.route(f"{base}/cle", methods=["GET", "POST"])(add_key)
    bp.post(f"{base}/cle/demande")(new_key_challenge)
    bp.post(f"{base}/retirer/<public_id>")(remove_factor)
    bp.get(f"{base}/codes")(recovery_codes)
    bp.post(f"{base}/codes")(renew_recovery_codes)
