"""Giving one's second factor: the code of an application, the signature of a key, or a recovery code.

Every failure is answered with the same sentence, which tells neither what was wrong nor what the
person enrolled. Failures are returned, not raised, so that what they used up stays used.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity import enrolled, passkeys
from participatory.identity.factors import (
    CHALLENGE_LASTS,
    FactorKind,
    Purpose,
    looks_like_recovery_code,
    recovery_mac,
    step_of,
    unseal,
)
from participatory.identity.models import SecondFactor, SignInSession
from participatory.identity.passkeys import BadAnswer, Site
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue

log = structlog.get_logger()

WRONG = N_(
    "Cela ne convient pas. Un code ne sert qu’une fois : attendez que l’application montre le suivant et "
    "vérifiez l’heure de votre téléphone, ou prenez un autre code de secours."
)
OVER = N_("Votre session est terminée : connectez-vous à nouveau.")


@dataclass(frozen=True)
class Given:
    """What somebody sent as their second factor: a typed code, or the answer of a key as JSON."""

    code: str = ""
    answer: str = ""

    def __bool__(self) -> bool:
        return bool(self.code.strip() or self.answer.strip())


def ask_key(session_id: int, purpose: Purpose, challenge: str, now: datetime) -> None:
    """Keep what a key must sign in this session; it takes the place of what was asked before. Raises Refusal."""
    row = enrolled.locked_session(session_id)
    if row is None:
        raise Refusal(OVER, Kind.FORBIDDEN)
    row.challenge, row.challenge_at = f"{purpose.value}:{challenge}", now


def take_challenge(row: SignInSession, purpose: Purpose, now: datetime) -> str | None:
    """What a key was asked to sign for this purpose, and forget it: a challenge serves once, whatever comes of it."""
    kept, asked_at = row.challenge, row.challenge_at
    row.challenge, row.challenge_at = "", None
    wanted, _colon, challenge = kept.partition(":")
    if wanted != purpose or asked_at is None or now - asked_at >= CHALLENGE_LASTS:
        return None
    return challenge


def prove(session_id: int, given: Given, site: Site, secret_key: str, now: datetime) -> SignInSession | Refusal:
    """Check a second factor and mark the session with it; gives the session, or why not.

    The caller gives the session a new token: its rights have just grown.
    """
    row = enrolled.locked_session(session_id)
    if row is None:
        return Refusal(OVER, Kind.FORBIDDEN)
    if given.answer.strip():
        holds = _key_holds(row, given.answer, site, now)
    elif looks_like_recovery_code(given.code):
        holds = _recovery_holds(row, given.code, secret_key, now)
    else:
        holds = _application_holds(row, given.code, secret_key, now)
    if not holds:
        return Refusal(WRONG, Kind.INVALID, "second_factor_code")
    row.second_factor_at = now
    db.session.flush()
    return row


def _application_holds(row: SignInSession, code: str, secret_key: str, now: datetime) -> bool:
    for factor in enrolled.locked_factors(row.person):
        seed = unseal(secret_key, factor.secret) if factor.kind == FactorKind.APPLICATION else None
        step = step_of(seed, code, now) if seed else None
        if step is not None and step > factor.last_step:
            factor.last_step, factor.used_at = step, now
            return True
    return False


def _key_holds(row: SignInSession, answer: str, site: Site, now: datetime) -> bool:
    challenge = take_challenge(row, Purpose.PROVE, now)
    try:
        credential = passkeys.credential_of(answer)
        key = next((each for each in enrolled.locked_factors(row.person) if each.credential_id == credential), None)
        if challenge is None or key is None:
            return False
        count = passkeys.signed(site, challenge, answer, key.public_key)
    except BadAnswer as bad:
        log.info("key_refused", reason=str(bad))
        return False
    if (count or key.sign_count) and count <= key.sign_count:
        _warn_of_copy(row, key, now)
        return False
    key.sign_count, key.used_at = count, now
    return True


def _warn_of_copy(row: SignInSession, key: SecondFactor, now: datetime) -> None:
    """A key that counts backwards was perhaps copied: it does not open, and its owner is told."""
    person = row.person
    enqueue(person.email, "second_factor", person.locale, now, what="copied", name=key.name)
    record(Verb.FACTOR_SUSPECTED, person.public_id, now, person=person.public_id, kind=key.kind)


def _recovery_holds(row: SignInSession, code: str, secret_key: str, now: datetime) -> bool:
    person = row.person
    found = enrolled.unused_recovery_code(person, recovery_mac(secret_key, person.public_id, code))
    if found is None:
        return False
    found.used_at = now
    db.session.flush()
    left = enrolled.recovery_codes_left(person)
    enqueue(person.email, "second_factor", person.locale, now, what="recovery_used", left=str(left))
    record(Verb.RECOVERY_CODE_USED, person.public_id, now, person=person.public_id, left=left)
    return True
