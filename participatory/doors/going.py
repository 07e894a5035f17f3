"""Going through a door, as the shell sees it: to the establishment's service, and back from it.

Every kind of door ends with `come_back`, at the callback address of its source.
"""

from collections.abc import Mapping

import structlog
from flask import Response, redirect, session
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.doors import actions, managing, policy, queries, trial
from participatory.doors.claims import claim_of
from participatory.doors.kinds import Surroundings, home_of, kind_of
from participatory.doors.models import IdentitySource, SignInAttempt
from participatory.doors.rules import (
    Asserted,
    Attempt,
    Claim,
    DoorRefusal,
    SourceDoor,
    SourceKind,
    Trouble,
    cancelled,
    not_trusted,
)
from participatory.identity.models import Person
from participatory.identity.sessions import open_session, shared_lasts
from participatory.territories.models import Establishment
from participatory.web.filters import locale_code
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import config, secret_store

log = structlog.get_logger()

# What this browser keeps, so that nobody else's browser can end a sign-in begun here.
_COOKIE = "_door"
# Why the last door stayed shut, until the page that says it.
_REFUSED = "_door_shut"


def pepper() -> bytes:
    """The secret under which identifiers are sealed."""
    return secret_store().get("identity", "installation")


def door_of(source: IdentitySource) -> SourceDoor:
    """The door that a source describes; raises Refusal when its kind is not installed."""
    settings = config()
    around = Surroundings(source.public_id, secret_store(), settings.public_url.rstrip("/"), settings.local_providers)
    return kind_of(source.kind).make(source.settings, around)


def callback_of(source: IdentitySource) -> str:
    """The address that answers come to, always under the configured public address."""
    return absolute_url("doors.callback", source=source.public_id)


def leave(source: IdentitySource, next_path: str, tester: Person | None = None) -> BaseResponse:
    """Lead the browser to the establishment's service; raises Refusal when the door is closed or out of order."""
    refuse_if(policy.can_take(source, tester))
    state = actions.new_state()
    # On the device of a stand, the service may still know whoever came before: it must ask again.
    departure = door_of(source).depart(state, callback_of(source), afresh=shared_lasts() is not None)
    browser = session.get(_COOKIE)
    if not isinstance(browser, str):
        browser = session[_COOKIE] = actions.new_state()
    with transaction():
        actions.begin(source, departure, state, browser, now(), next_path=next_path, tester=tester)
    answer = redirect(departure.url, 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def set_out(source: IdentitySource, next_path: str) -> BaseResponse:
    """Lead a student to the service, or say why not."""
    try:
        return leave(source, next_path)
    except Refusal as refusal:
        return refused(source, refusal, next_path)


def come_back(source: IdentitySource, answer: "MultiDict[str, str]") -> Response | BaseResponse:
    """End a sign-in with what the browser brought: let the person in, show the outcome of a test, or say why not."""
    try:
        attempt = _taken(source, answer)
    except Refusal as refusal:
        return refused(source, refusal, "")
    if attempt.tester:
        return _tested(source, attempt, answer)
    try:
        refuse_if(policy.can_take(source, None))
        claim = claim_of(_arrived(source, attempt, answer), home_of(source), SourceKind(source.kind), pepper())
        return _let_in(source, claim, attempt.next_path)
    except Refusal as refusal:
        return refused(source, refusal, attempt.next_path)


def _taken(source: IdentitySource, answer: "MultiDict[str, str]") -> SignInAttempt:
    parameter = door_of(source).state_parameter
    if any(len(values) != 1 for values in answer.listvalues()):
        raise not_trusted("a parameter of the answer comes twice")
    if "error" in answer and parameter not in answer:
        # Some services forget the state when the person gives up; nothing is ended by saying so.
        raise cancelled("an error without its state")
    with transaction():
        return actions.take(answer.get(parameter, ""), str(session.get(_COOKIE, "")), source, now())


def _arrived(source: IdentitySource, attempt: SignInAttempt, answer: Mapping[str, str]) -> Asserted:
    door = door_of(source)
    state = answer[door.state_parameter]
    return door.arrive(Attempt(state, callback_of(source), attempt.details), answer, now())


def _let_in(source: IdentitySource, claim: Claim, next_path: str) -> BaseResponse:
    moment = now()
    with transaction():
        present: Person | None = current_user if current_user.is_authenticated else None
        person = actions.let_in(claim, locale_code(), moment, present=present)
    others = [
        each for each in queries.present_proofs(person.id, moment) if each.establishment_id != claim.establishment_id
    ]
    open_session(person, door=claim.source.value)
    place = db.session.get_one(Establishment, claim.establishment_id)
    notify(N_("Vous êtes connecté·e : %(place)s a confirmé que vous y étudiez."), place=place.name)
    if others:
        notify(
            N_("%(place)s l’a déjà confirmé aussi : vous êtes une seule personne, et vous ne votez qu’une fois."),
            "info",
            place=others[0].establishment.name,
        )
    answer = see_other("identity.account")
    if next_path:
        answer.location = next_path
    return answer


def _tested(source: IdentitySource, attempt: SignInAttempt, answer: Mapping[str, str]) -> Response | BaseResponse:
    """Show a member of staff what came, and note the test when it proves a student."""
    tester: Person | None = current_user if current_user.is_authenticated else None
    if tester is None or tester.public_id != attempt.tester:
        refusal = DoorRefusal(
            Trouble.LOST, N_("Cet essai a été commencé par une autre personne."), detail="another tester"
        )
        return refused(source, refusal, "")
    refuse_if(policy.can_take(source, tester))
    place = None
    try:
        asserted = _arrived(source, attempt, answer)
        found = trial.report(asserted, home_of(source), SourceKind(source.kind), pepper())
        if found.claim is not None:
            with transaction():
                managing.note_test(attempt, tester, now())
            place = db.session.get_one(Establishment, found.claim.establishment_id)
    except Refusal as refusal:
        found = trial.failed(refusal)
    return _outcome(source, found, place)


def shown(source: IdentitySource, refusal: Refusal) -> Response:
    """The outcome of a test that could not even leave."""
    return _outcome(source, trial.failed(refusal), None)


def _outcome(source: IdentitySource, report: trial.Report, place: Establishment | None) -> Response:
    _log(source, report.refusal, test=True)
    # A GET page: nothing of it may stay in the browser's memory, where attributes would.
    status = 200 if report.claim else int(report.refusal.kind) if report.refusal else 422
    answer = page("doors/tested.html", source=source, report=report, place=place, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refused(source: IdentitySource, refusal: Refusal, next_path: str) -> BaseResponse:
    """Lead to the page that says why a door stayed shut.

    A page of its own, whose address holds neither code nor ticket: it can be reloaded, and read in another language.
    """
    _log(source, refusal)
    trouble = Trouble.CLOSED if refusal.kind is Kind.NOT_FOUND else Trouble.ACCOUNT
    if isinstance(refusal, DoorRefusal):
        trouble = refusal.trouble
    session[_REFUSED] = [source.public_id, trouble.value, refusal.message, int(refusal.kind)]
    return see_other("doors.refusal", source=source.public_id, next=next_path or None)


def why_refused(source: IdentitySource, next_path: str) -> Response:
    """The page that says why a door stayed shut, and what to do; without a cookie that says why, it is the cookie."""
    kept = session.get(_REFUSED)
    if not isinstance(kept, list) or kept[0] != source.public_id:
        kept = [source.public_id, Trouble.LOST.value, policy.LOST, int(Kind.CONFLICT)]
    trouble, refusal = Trouble(kept[1]), Refusal(kept[2], Kind(kept[3]))
    answer = page(
        "doors/refused.html",
        status=int(refusal.kind),
        source=source,
        establishment=source.establishment,
        refusal=refusal,
        trouble=trouble,
        title=gettext(TITLES[trouble]),
        contact=config().contact_email,
        next_path=next_path,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


TITLES = {
    Trouble.NOT_STUDENT: N_("Cette porte est celle des étudiants"),
    Trouble.NO_IDENTIFIER: N_("Il nous manque de quoi vous reconnaître"),
    Trouble.OTHER_ESTABLISHMENT: N_("Ce compte est celui d’un autre établissement"),
    Trouble.CANCELLED: N_("La connexion a été interrompue"),
    Trouble.LOST: N_("Cette connexion est à recommencer"),
    Trouble.NOT_TRUSTED: N_("Nous n’avons pas pu vérifier la réponse"),
    Trouble.UNREACHABLE: N_("Votre établissement ne répond pas"),
    Trouble.CLOSED: N_("Cette porte est fermée"),
    Trouble.ACCOUNT: N_("Votre compte demande une précaution"),
}


def _log(source: IdentitySource, refusal: Refusal | None, *, test: bool = False) -> None:
    """What the operator can look up: which door and why, never who."""
    if isinstance(refusal, DoorRefusal):
        log.warning(
            "door shut",
            source=source.public_id,
            kind=source.kind,
            trouble=refusal.trouble.value,
            detail=refusal.detail,
            test=test,
        )
