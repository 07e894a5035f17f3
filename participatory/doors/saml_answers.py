"""Where an answer waits between the POST that brings it and the visit that uses it.

An establishment's page posts the answer to us from another site: browsers send no cookie with such a POST
(SameSite=Lax), so that it cannot show which browser began the sign-in. The answer is only put aside, and the browser
led by a redirection (303) to a GET of ours, which carries the cookie: the answer is opened there, once, in the browser
that asked for it. An answer that somebody slips into another person's browser stays closed.
What waits is encrypted under the state, of which the table only knows the digest.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken

from participatory.core.database import db
from participatory.core.errors import Kind
from participatory.core.labels import N_
from participatory.doors import queries
from participatory.doors.actions import digest
from participatory.doors.models import IdentitySource
from participatory.doors.rules import DoorRefusal, SourceKind, Trouble, not_trusted
from participatory.doors.saml_shape import LONGEST_RESPONSE

ANSWER = "saml_answer"
_LONGEST_TEXT = LONGEST_RESPONSE * 4 // 3 + 4


def put_aside(state: str, text: str, now: datetime) -> IdentitySource:
    """Keep the answer to a request of ours, as it was posted; gives the source that it is for.

    Raises DoorRefusal for an answer to no request (LOST), a second one, or one too long to be honest.
    """
    if not text or len(text) > _LONGEST_TEXT:
        raise not_trusted("the answer is empty or too long")
    attempt = queries.locked_attempt(digest(state))
    if attempt is None or attempt.consumed_at is not None or attempt.expires_at <= now or ANSWER in attempt.details:
        raise _lost("the state is unknown, too old, or was answered before")
    source = db.session.get_one(IdentitySource, attempt.source_id)
    if source.kind != SourceKind.SAML:
        raise _lost("the state is that of another kind of source")
    attempt.details = {**attempt.details, ANSWER: seal(state, text)}
    return source


def seal(state: str, text: str) -> str:
    """An answer as it waits: readable by whoever brings the state."""
    return Fernet(_key(state)).encrypt(text.encode()).decode()


def taken_back(state: str, details: Mapping[str, str]) -> str:
    """The answer that waited, as it was posted; raises DoorRefusal when there is none."""
    try:
        return Fernet(_key(state)).decrypt(details.get(ANSWER, "")).decode()
    except InvalidToken as fault:
        raise not_trusted("no answer was posted") from fault


def forget(state: str) -> None:
    """Remove the answer of a sign-in that has ended; of one that has not, it stays."""
    attempt = queries.locked_attempt(digest(state))
    if attempt is not None and attempt.consumed_at is not None:
        attempt.details = {}


def _key(state: str) -> bytes:
    return urlsafe_b64encode(hashlib.sha256(f"participatory/saml-answer/1|{state}".encode()).digest())


def _lost(detail: str) -> DoorRefusal:
    sentence = N_("Cette connexion n’a pas été commencée ici, a déjà servi, ou a duré trop longtemps.")
    return DoorRefusal(Trouble.LOST, sentence, Kind.CONFLICT, detail=detail)
