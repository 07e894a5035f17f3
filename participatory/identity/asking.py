"""Asking for the second factor: on a page of its own, or in the middle of a deed, of which nothing is lost."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity import enrolled
from participatory.identity.attempts import forgive, locked_until
from participatory.identity.factor_forms import QuestionForm
from participatory.identity.factors import Purpose, stands
from participatory.identity.models import SignInSession
from participatory.identity.passkeys import Site, signing, site_of
from participatory.identity.proving import OVER, Given, ask_key, prove
from participatory.identity.rules import safe_path
from participatory.identity.sessions import current_sign_in, hold_token, renew_token
from participatory.web.access import signed_in
from participatory.web.pages import notify, page, see_other, wants_fragment
from participatory.web.settings import config
from participatory.web.shell import SITE_NAME

# The fields of the question, which are not those of a form that was interrupted.
QUESTION = frozenset({"second_factor_code", "second_factor_answer", "csrf_token"})
# Shares of the key of an urn are never sent back in a page: they are typed again after the question.
_NEVER_KEPT = "share_"
DEMO_DOOR = "demo"
LOCKED = N_("Trop d’essais à la suite. Par prudence, vous pourrez recommencer à partir du %(until)s.")


def present() -> SignInSession:
    """The session of whoever is signed in; raises Refusal when it was ended meanwhile."""
    row = current_sign_in()
    if row is None:
        raise Refusal(OVER, Kind.FORBIDDEN)
    return row


def keys_site() -> Site:
    """What the keys of this installation are bound to."""
    return site_of(config().public_url, SITE_NAME)


def ask(*, recent: bool) -> Response | BaseResponse | None:
    """What to answer before a door that needs the second factor: None to let through.

    A visit is led to the question and back. A form is kept: the question carries its fields, posts
    to the same address with the second factor beside them, and the deed goes on from there.
    """
    row = present()
    # Stepping into a role of the demonstration gives the second factor of that role.
    if (row.door == DEMO_DOOR and config().demo) or stands(row.second_factor_at, now(), recent=recent):
        return None
    enrolled_some = enrolled.has_factors(row.person)
    endpoint = "identity.second_factor" if enrolled_some else "identity.factors"
    if wants_fragment():
        return _ask_elsewhere(endpoint)
    if request.method == "POST" and enrolled_some:
        return _ask_in_place(recent)
    wanted = request.full_path.rstrip("?") if request.method != "POST" else ""
    return see_other(endpoint, next=safe_path(wanted) or None)


def _ask_in_place(sensitive: bool) -> Response | None:
    form, status = _question(), int(Kind.FORBIDDEN)
    given = _given()
    if given:
        refusal = give(given)
        if refusal is None:
            return None
        form.refuse(refusal)
        status = _status(refusal)
    typed = request.form.items(multi=True)
    kept = [(name, text) for name, text in typed if name not in QUESTION and not name.startswith(_NEVER_KEPT)]
    files = any(file.filename for file in request.files.values())
    answer = page(
        "identity/ask_again.html",
        status=status,
        form=form,
        kept=kept,
        files=files,
        keys=_keys(),
        sensitive=sensitive,
    )
    return _unstored(answer)


def _ask_elsewhere(endpoint: str) -> Response:
    """A fragment was asked for: a whole page in its place would take with it what somebody has typed."""
    answer = make_response(render_template("identity/_ask_elsewhere.html", endpoint=endpoint), int(Kind.FORBIDDEN))
    answer.headers.update({"HX-Retarget": "#messages", "HX-Reswap": "innerHTML show:top"})
    return _unstored(answer)


def _unstored(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _question() -> QuestionForm:
    """An empty question: what was typed has served, or was wrong."""
    form = QuestionForm(formdata=None)
    # A key answers as well: neither is optional, one of the two is needed.
    form.second_factor_code.flags.hide_optional = True
    return form


def _given() -> Given:
    return Given(request.form.get("second_factor_code", ""), request.form.get("second_factor_answer", ""))


def _keys() -> bool:
    """Whether the person may answer with a key."""
    return keys_site().takes_keys and bool(enrolled.keys_of(current_user))


def give(given: Given) -> Refusal | None:
    """Check a second factor for this session and renew its token; says why not.

    Each try counts before it is judged, so that many made at once count too.
    """
    row = present()
    person = row.person.public_id
    until = locked_until(person)
    if until is not None:
        return Refusal(LOCKED, Kind.FORBIDDEN, "second_factor_code", until=until)
    with transaction():
        done = prove(row.id, given, keys_site(), config().secret_key, now())
        token = "" if isinstance(done, Refusal) else renew_token(row.id)
    if isinstance(done, Refusal):
        return done
    hold_token(token)
    forgive(person)
    return None


def _status(refusal: Refusal) -> int:
    return 429 if refusal.message == LOCKED else int(refusal.kind)


@signed_in
def second_factor() -> Response | BaseResponse:
    """Ask for the second factor, then lead to where the person was going."""
    next_path = safe_path(request.values.get("next"))
    if not enrolled.has_factors(present().person):
        return see_other("identity.factors", next=next_path or None)
    form, status = _question(), 200
    if request.method == "POST":
        given = _given()
        refusal = give(given) if given else Refusal(_NOTHING, Kind.INVALID, "second_factor_code")
        if refusal is None:
            return _lead_on(next_path)
        form.refuse(refusal)
        status = _status(refusal)
    return _unstored(page("identity/second_factor.html", status=status, form=form, next_path=next_path, keys=_keys()))


_NOTHING = N_("Écrivez un code.")


def _lead_on(next_path: str) -> BaseResponse:
    answer = see_other("identity.factors")
    if next_path:
        answer.location = next_path
    else:
        notify(N_("C’est bien vous : la double vérification est faite."))
    return answer


@signed_in
def key_challenge() -> Response:
    """What a key of the person must sign, as JSON for the browser."""
    row = present()
    keys = enrolled.keys_of(row.person)
    if not keys or not keys_site().takes_keys:
        raise Refusal(N_("Aucune clé n’est enregistrée."), Kind.NOT_FOUND)
    options, challenge = signing(keys_site(), keys)
    return hand_out(row.id, Purpose.PROVE, options, challenge)


def hand_out(session_id: int, purpose: Purpose, options: str, challenge: str) -> Response:
    """Keep the challenge and send what the browser needs."""
    with transaction():
        ask_key(session_id, purpose, challenge, now())
    return _unstored(Response(options, mimetype="application/json"))


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.route("/connexion/deuxieme-facteur", methods=["GET", "POST"])(second_factor)
    bp.post("/connexion/deuxieme-facteur/cle")(key_challenge)
