"""What a page hands back to the server: an envelope as text, and the sealed proof of what it holds.

The proof is encrypted under the installation's secret for one person and one round, and lives for an hour: it lets the
server that sealed a ballot open it again when its voter challenges it, and nobody else.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.rounds.models import Round
from participatory.urn.document import BallotDocument, from_bytes
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import Sealed
from participatory.web.settings import config

LIFETIME = timedelta(hours=1)
# Longer than any envelope: 120 projects in each of two contests, as base 64.
_LONGEST_TEXT = 60_000


@dataclass(frozen=True)
class Proof:
    """The ephemeral private key (32 bytes) with which a ballot was sealed, and the ballot."""

    secret: bytes
    document: BallotDocument


def as_text(ciphertext: bytes) -> str:
    """An envelope as a form carries it."""
    return base64.urlsafe_b64encode(ciphertext).decode()


def as_ciphertext(text: str) -> bytes:
    """The envelope that a form carries, in either alphabet of base 64; no bytes for what is none."""
    if len(text) > _LONGEST_TEXT:
        return b""
    plain = text.strip().translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def kept_proof(round_: Round, person: Person, sealed: Sealed, plaintext: bytes, now: datetime) -> str:
    """The proof of a ballot just sealed here, for a hidden field; `plaintext` is the padded document."""
    held = {"receipt": receipt_of(sealed.ciphertext), "secret": sealed.secret.hex(), "ballot": plaintext.decode()}
    return _box(round_, person).encrypt_at_time(json.dumps(held).encode(), int(now.timestamp())).decode()


def read_proof(round_: Round, person: Person, token: str, ciphertext: bytes, now: datetime) -> Proof:
    """The proof of this very envelope; raises Refusal for another one's, another person's, or after an hour."""
    try:
        text = _box(round_, person).decrypt_at_time(
            token.encode(errors="replace"), int(LIFETIME.total_seconds()), int(now.timestamp())
        )
        held = json.loads(text)
    except InvalidToken:
        held = {}
    if held.get("receipt") != receipt_of(ciphertext):
        raise Refusal(N_("Cette page de vérification a expiré : rouvrez-la depuis votre panier."), Kind.INVALID)
    return Proof(bytes.fromhex(held["secret"]), from_bytes(held["ballot"].encode()))


def _box(round_: Round, person: Person) -> Fernet:
    bound = f"participatory/ballot-proof/1|{round_.public_id}|{person.public_id}"
    return Fernet(
        base64.urlsafe_b64encode(hmac.new(config().secret_key.encode(), bound.encode(), hashlib.sha256).digest())
    )
