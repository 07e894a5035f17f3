"""Sessions kept on the server: the cookie holds a random token, the database its digest.

A session is made new at each sign-in and its row goes at sign-out, so that a cookie kept
aside opens nothing afterwards.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import g, request, session
from flask_login import login_user, logout_user
from ua_parser import parse

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.factors import STANDS
from participatory.identity.models import Person, SignInSession
from participatory.identity.queries import is_account_of, session_of
from participatory.web.i18n import LANGUAGES

TOKEN = "_sid"  # noqa: S105 — a name, not a secret.
# Staff sign in for a working day; everybody else for a fortnight, the time to write a proposal.
STAFF_LASTS = STANDS
LASTS = timedelta(days=14)
# How stale "last seen" may be: writing it at each page would cost a write for each.
SEEN_EVERY = timedelta(minutes=15)

# How long a session lasts on the device of this request when others use it after: None for a device of one's own.
Shared = Callable[[], timedelta | None]
_SHARED: list[Shared] = []


def learn_shared_devices(lasts: Shared) -> None:
    """Have sessions be shorter on devices that people use one after the other; again changes nothing."""
    if lasts not in _SHARED:
        _SHARED.append(lasts)


def shared_lasts() -> timedelta | None:
    """How long a session lasts without a page on the shared device of this request, None on any other."""
    return next((lasts for lasts in (ask() for ask in _SHARED) if lasts is not None), None)


def open_session(person: Person, door: str = "mail", *, second_factor: bool = False) -> SignInSession:
    """Sign a person in with a session that owes nothing to the visitor's former one, except the language.

    `door` is how they came in; `second_factor` says that it was given just now. Writes, so
    it must be called outside `transaction()`.
    """
    language = session.get("language")
    end_session()
    session.clear()
    moment, token = now(), secrets.token_urlsafe(32)
    with transaction():
        row = keep_session(person, token, door, device_name(request.user_agent.string), moment)
        row.second_factor_at = moment if second_factor else None
    hold_token(token)
    login_user(person)
    session["language"] = language if language in LANGUAGES else person.locale
    return row


def keep_session(person: Person, token: str, door: str, device: str, now: datetime) -> SignInSession:
    """Add the row of a session; the caller holds the transaction."""
    lasts = shared_lasts() or (STAFF_LASTS if person.held else LASTS)
    row = SignInSession(
        digest=_digest(token),
        person_id=person.id,
        door=door,
        device=device,
        created_at=now,
        seen_at=now,
        expires_at=now + lasts,
    )
    db.session.add(row)
    person.active_on = now.date()
    db.session.flush()
    return row


def end_session() -> None:
    """Sign out: the row goes, and the cookie with it; nothing happens when nobody was signed in."""
    row = current_sign_in()
    if row is not None:
        with transaction():
            _end(SignInSession.id == row.id)
    g.pop("sign_in_session", None)
    session.pop(TOKEN, None)
    logout_user()


def renew_token(session_id: int) -> str:
    """Give a session another token, since its rights have grown: a copy of the former cookie opens nothing more.

    The caller holds the transaction, and hands the token to `hold_token` once it is committed.
    """
    token = secrets.token_urlsafe(32)
    db.session.execute(sa.update(SignInSession).where(SignInSession.id == session_id).values(digest=_digest(token)))
    return token


def hold_token(token: str) -> None:
    """Put a new token in the cookie; the session that it names is read again when it is next asked for."""
    session[TOKEN] = token
    g.pop("sign_in_session", None)


def prolong_session(lasts: timedelta) -> None:
    """Have the session of this request last this long from now on; the caller holds no transaction."""
    row = current_sign_in()
    if row is None:
        return
    with transaction():
        later = sa.update(SignInSession).where(SignInSession.id == row.id).values(expires_at=now() + lasts)
        db.session.execute(later)


def end_others(person: Person, kept: str) -> int:
    """End every session of a person but one, and say how many; the caller holds the transaction."""
    return _end(SignInSession.person_id == person.id, SignInSession.public_id != kept)


def end_one(person: Person, public_id: str) -> bool:
    """End a session of this person, and say whether it still stood; the caller holds the transaction."""
    return _end(SignInSession.person_id == person.id, SignInSession.public_id == public_id) > 0


def _end(*which: sa.ColumnElement[bool]) -> int:
    return len(db.session.scalars(sa.delete(SignInSession).where(*which).returning(SignInSession.id)).all())


def current_sign_in() -> SignInSession | None:
    """The session of this request as it was when first asked for, None when nobody is signed in.

    It is apart from the database session: another request may end it meanwhile, and to read the row
    again would fail. Whoever writes to it takes `enrolled.locked_session`.
    """
    if "sign_in_session" not in g:
        token = session.get(TOKEN)
        row = session_of(_digest(token), now()) if isinstance(token, str) else None
        if row is not None:
            db.session.expunge(row)
        g.sign_in_session = row
    found: SignInSession | None = g.sign_in_session
    return found


def person_of_session(public_id: str) -> Person | None:
    """The person whom the cookie names, as long as the server still knows the session; for the login manager."""
    row = current_sign_in()
    if row is None or not _is_of(row, public_id):
        return None
    _note_visit(row)
    return row.person


def _is_of(row: SignInSession, public_id: str) -> bool:
    """Whether the session is the person's whom the cookie names, under this account or the one it became part of."""
    return is_account_of(public_id, row.person)


def _note_visit(row: SignInSession) -> None:
    moment = now()
    if moment - row.seen_at < SEEN_EVERY or request.method != "GET":
        return
    with transaction():
        held = db.session.get(SignInSession, row.id)
        if held is not None:
            held.seen_at = moment
            held.person.active_on = moment.date()


def device_name(user_agent: str) -> str:
    """What a browser calls itself, in short (`Firefox, Android`): enough to recognise one's own."""
    found = parse(user_agent[:500])
    names = [part.family for part in (found.user_agent, found.os) if part is not None and part.family != "Other"]
    return ", ".join(names)[:80]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
