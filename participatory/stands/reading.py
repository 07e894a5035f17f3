"""Which stand this request comes from, and what that changes: short sessions, nothing kept by the browser."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, after_this_request, g, has_request_context, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.standing_by import StandHere
from participatory.core.clock import now
from participatory.identity.sessions import TOKEN, end_session, prolong_session
from participatory.proposals import favourites
from participatory.stands import policy, queries
from participatory.stands.models import Stand
from participatory.stands.rules import SESSION_LASTS, digest_of
from participatory.web.settings import config

COOKIE = "stand"
_LONGEST = 100


def enrolled_stand() -> Stand | None:
    """The stand for which this device was enrolled, which may serve later only."""
    if not has_request_context():
        return None
    if "enrolled_stand" not in g:
        token = request.cookies.get(COOKIE, "")
        g.enrolled_stand = queries.stand_of_device(digest_of(token)) if 0 < len(token) <= _LONGEST else None
    stand: Stand | None = g.enrolled_stand
    return stand


def stand_of_request() -> Stand | None:
    """The stand on whose device this request was made, as long as it serves."""
    stand = enrolled_stand()
    return stand if stand is not None and policy.serves(stand, now()) else None


def current_stand() -> StandHere | None:
    """The same as the booth knows it."""
    stand = stand_of_request()
    if stand is None:
        return None
    return StandHere(stand.label, stand.site.name, stand.round.slug, stand.until)


def stand_name() -> str:
    """The name of that stand, "" anywhere else: signals of votes bear it."""
    stand = stand_of_request()
    return stand.label if stand is not None else ""


def session_lasts() -> timedelta | None:
    """How long somebody stays signed in without a page on the device of a stand."""
    return SESSION_LASTS if stand_of_request() is not None else None


def keep_session_short() -> None:
    """Before each page of a stand: prolong a session in use, and clear what one that ended left in the cookies."""
    if request.endpoint in (None, "static") or stand_of_request() is None:
        return
    if current_user.is_authenticated:
        prolong_session(SESSION_LASTS)
    elif TOKEN in session or "_user_id" in session:
        leave_nothing()


def leave_nothing() -> None:
    """Empty the cookies of somebody who is gone, but for the language."""
    after_this_request(_unmarked)
    end_session()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _unmarked(response: Response) -> Response:
    favourites.write(response, [])
    return response


def keep_nothing(response: Response) -> Response:
    """After each page of a stand: the browser keeps no copy; a dead stand's cookie goes."""
    if request.endpoint == "static" or COOKIE not in request.cookies:
        return response
    response.headers["Cache-Control"] = "no-store"
    stand = enrolled_stand()
    if (stand is None or policy.is_alive(stand, now())) and request.endpoint != "stands.enrol":
        response.delete_cookie(COOKIE, **_attributes())
    elif stand is not None and request.endpoint == "identity.sign_out" and policy.serves(stand, now()):
        # The next person finds the vote, not the home page, and none of the marks of the one before.
        response.location = url_for("ballots.booth", slug=stand.round.slug)
        favourites.write(response, [])
    return response


def hold_device(response: BaseResponse, stand: Stand, token: str) -> None:
    """Put the token of an enrolled device into its cookie, which ends with the stand."""
    left = max(0, int((stand.until - now()).total_seconds()))
    response.set_cookie(COOKIE, token, max_age=left, **_attributes())


def _attributes() -> dict[str, Any]:
    # Lax and not Strict: establishments send people back to us from their own pages.
    return {"httponly": True, "secure": config().production, "samesite": "Lax", "path": "/"}


def watch(app: Flask) -> None:
    """Do all this at every request of an application."""
    app.before_request(keep_session_short)
    app.after_request(keep_nothing)
