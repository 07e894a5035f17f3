"""Proof of work on forms that anybody may send: the visitor's machine pays a little for each, ours nothing.

The protocol is altcha's (version 2), with its library on this side and its widget on the other, both
of our own server. A proof serves once. It opens no door: it only moves the form from the tight limit
of those who have none (a browser without JavaScript) to the loose one.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import altcha
import sqlalchemy as sa
from flask import current_app, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.clock import now
from participatory.core.database import Base, db
from participatory.web.settings import config

FIELD = "altcha"
LASTS = timedelta(minutes=20)
ALGORITHM = "PBKDF2/SHA-256"
# A visitor tries between these two numbers of keys, each of COST iterations: half a second on a small phone.
FEWEST_TRIES, MOST_TRIES = 150, 300
COST = 2000
_LONGEST = 4000
# Where a request keeps the answer: asking twice must not find its own proof spent.
_SEEN = "participatory.proven"


class SpentProof(Base):
    """The digest of a proof that has served, kept until the proof would have expired anyway."""

    __tablename__ = "spent_proof"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def _key(purpose: str) -> bytes:
    """A key of its own for each use, derived from the installation's secret."""
    return hmac.new(config().secret_key.encode(), f"participatory/proof/1/{purpose}".encode(), hashlib.sha256).digest()


def new_challenge() -> altcha.Challenge:
    """A fresh challenge, whose effort is bounded: the number to find is drawn here, between two bounds."""
    tries = FEWEST_TRIES + secrets.randbelow(MOST_TRIES - FEWEST_TRIES)
    return altcha.create_challenge(
        ALGORITHM,
        int(current_app.config.get("PROOF_COST", COST)),
        counter=tries,
        expires_at=now() + LASTS,
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("answer"),
    )


def is_proven() -> bool:
    """Whether this request carries a proof that is right, still fresh, and had not served; it has now."""
    if _SEEN not in request.environ:
        request.environ[_SEEN] = _verified(request.form.get(FIELD, ""))
    return bool(request.environ[_SEEN])


def _verified(payload: str) -> bool:
    if not payload or len(payload) > _LONGEST:
        return False
    try:
        proof = altcha.Payload.from_base64(payload)
        answer = altcha.verify_solution(proof, _key("challenge"), hmac_key_secret=_key("answer"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return answer.verified and _spend(str(proof.challenge.signature))


def _spend(signature: str) -> bool:
    """Note that a proof has served, on a connection of its own; False when it had served before.

    A deed that rolls back has still used its proof.
    """
    moment = now()
    digest = hashlib.sha256(signature.encode()).hexdigest()
    with db.engine.connect().execution_options(write_lock=True) as connection:
        try:
            with connection.begin():
                connection.execute(sa.insert(SpentProof).values(digest=digest, expires_at=moment + LASTS))
                connection.execute(sa.delete(SpentProof).where(SpentProof.expires_at <= moment))
        except IntegrityError:
            return False
    return True
