"""Second factors: codes of an application, keys, codes on paper; what may be argued over. Pure.

Codes of an application are those of RFC 6238 (SHA-1, six digits, thirty seconds), which every
application knows.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from participatory.core.identifiers import ungrouped
from participatory.core.labels import N_, register
from participatory.identity.codes import CODE_LENGTH, new_code

# How long a second factor stands: for work, then for a deed that is hard to undo.
STANDS = timedelta(hours=12)
RECENT = timedelta(minutes=15)
# How long a key has to sign what it was asked to sign.
CHALLENGE_LASTS = timedelta(minutes=5)
# A page of enrolment left open longer than this starts again with another seed.
SEED_LASTS = timedelta(hours=1)
RECOVERY_CODES = 10
MOST_FACTORS = 10
LONGEST_FACTOR_NAME = 60
_STEP_SECONDS = 30
_DIGITS = 6


class FactorKind(StrEnum):
    """What a second factor is made of."""

    APPLICATION = "totp"
    KEY = "webauthn"


register(
    {
        FactorKind.APPLICATION: N_("Application de codes"),
        FactorKind.KEY: N_("Clé ou appareil"),
    }
)


class Purpose(StrEnum):
    """What a key is asked to sign for: a signature given for one never serves the other."""

    ADD = "add"
    PROVE = "prove"


def stands(given_at: datetime | None, now: datetime, *, recent: bool) -> bool:
    """Whether a second factor given at that instant still opens staff doors, or does for a sensitive deed."""
    return given_at is not None and now - given_at < (RECENT if recent else STANDS)


def seal(secret_key: str, text: str, now: datetime) -> str:
    """Encrypt a secret of somebody under a key that is not in the database (HKDF of SECRET_KEY, then Fernet)."""
    return _box(secret_key).encrypt_at_time(text.encode(), int(now.timestamp())).decode()


def unseal(secret_key: str, sealed: str, now: datetime | None = None, lasts: timedelta | None = None) -> str | None:
    """The secret again; None when it was altered, sealed under another SECRET_KEY, or longer ago than `lasts`."""
    try:
        if now is None or lasts is None:
            return _box(secret_key).decrypt(sealed.encode()).decode()
        seconds = int(lasts.total_seconds())
        return _box(secret_key).decrypt_at_time(sealed.encode(), seconds, int(now.timestamp())).decode()
    except InvalidToken:
        return None


def _box(secret_key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"participatory/second-factor/1").derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(derived))


def new_seed() -> str:
    """The random seed of an application's codes: 160 bits in base 32."""
    return pyotp.random_base32(32)


def seed_address(seed: str, account: str, site: str) -> str:
    """What the QR code holds: the seed, and the names under which the application keeps it."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=site)


def looks_like_application_code(typed: str) -> bool:
    """Whether somebody typed the six digits of an application, with spaces or not."""
    bare = _bare(typed)
    return len(bare) == _DIGITS and bare.isascii() and bare.isdigit()


def step_of(seed: str, typed: str, now: datetime) -> int | None:
    """The half-minute whose code was typed: the present one, or one beside it for clocks that are a little off."""
    if not looks_like_application_code(typed):
        return None
    present = int(now.timestamp()) // _STEP_SECONDS
    codes = pyotp.TOTP(seed)
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(codes.at(step * _STEP_SECONDS), _bare(typed)):
            found = step
    return found


def _bare(typed: str) -> str:
    return "".join(letter for letter in typed if not letter.isspace() and letter != "-")


def new_recovery_codes() -> list[str]:
    """RECOVERY_CODES random codes of 50 bits each."""
    return [new_code() for _each in range(RECOVERY_CODES)]


def looks_like_recovery_code(typed: str) -> bool:
    """Whether somebody typed as many letters as a recovery code has."""
    return len(typed) < 100 and len(ungrouped(typed)) == CODE_LENGTH


def recovery_mac(secret_key: str, person: str, code: str) -> str:
    """What is stored of a recovery code: an HMAC bound to the person, in hexadecimal."""
    key = hmac.new(secret_key.encode(), b"participatory/recovery/1", hashlib.sha256).digest()
    return hmac.new(key, f"{person}|{ungrouped(code)}".encode(), hashlib.sha256).hexdigest()
