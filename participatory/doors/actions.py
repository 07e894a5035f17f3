"""Going through a door: the sign-in under way, then the account and the proof of enrolment."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.doors import policy, queries
from participatory.doors.models import EnrolmentProof, IdentitySource, SignInAttempt
from participatory.doors.rules import ATTEMPT_LASTS, Claim, Departure, proof_ends
from participatory.identity.actions import person_for
from participatory.identity.models import Person

# A used or abandoned sign-in is kept this long, so that its second use is still recognised as one.
_KEPT_FOR = timedelta(days=1)


def new_state() -> str:
    """What goes round through an establishment's service: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """What is kept of a state, and of a browser's cookie."""
    return hashlib.sha256(text.encode()).hexdigest()


def begin(
    source: IdentitySource,
    departure: Departure,
    state: str,
    browser: str,
    now: datetime,
    *,
    next_path: str,
    tester: Person | None = None,
) -> SignInAttempt:
    """Keep what the answer will be checked against; `browser` is what the browser's cookie keeps.

    Raises Refusal when the door is closed.
    """
    refuse_if(policy.can_take(source, tester))
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.expires_at < now - _KEPT_FOR))
    attempt = SignInAttempt(
        state=digest(state),
        browser=digest(browser),
        source_id=source.id,
        details=dict(departure.details),
        next_path=next_path,
        tester=tester.public_id if tester else "",
        created_at=now,
        expires_at=now + ATTEMPT_LASTS,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def take(state: str, browser: str, source: IdentitySource, now: datetime) -> SignInAttempt:
    """The sign-in that an answer ends; it can be taken once. Raises DoorRefusal (LOST)."""
    attempt = queries.locked_attempt(digest(state))
    refuse_if(policy.can_finish(attempt, digest(browser), source.id, now))
    assert attempt is not None
    attempt.consumed_at = now
    return attempt


def let_in(claim: Claim, locale: str, now: datetime, *, present: Person | None = None) -> Person:
    """The account of whoever a door has let in, with the proof of their enrolment. Raises Refusal.

    `present` is the account that is signed in in the same browser, if there is one.
    Like every sign-in it leaves no row in the journal: its instant, just before a ballot's, would hint at who cast it.
    """
    person = person_for(claim.identifiers, claim.email, claim.source.value, locale, now, present=present)
    prove(person, claim, now)
    return person


def prove(person: Person, claim: Claim, now: datetime) -> EnrolmentProof:
    """Write, or renew, what an establishment says of a person."""
    proof = queries.proof_of(person.id, claim.establishment_id)
    if proof is None:
        proof = EnrolmentProof(person_id=person.id, establishment_id=claim.establishment_id)
        db.session.add(proof)
    proof.site_id, proof.source = claim.site_id, claim.source.value
    proof.proved_at, proof.expires_at = now, proof_ends(now)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Cette connexion vient de se faire ailleurs : recommencez.")) from error
    return proof
