"""One-time codes and links: their shape, and what is kept of them."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from participatory.core.identifiers import CROCKFORD, ungrouped

CODE_LASTS = timedelta(minutes=15)
# Unused letters are forgotten after this delay, with the address that they were sent to.
KEPT_FOR = timedelta(days=1)
MAX_ATTEMPTS = 5
# Ten characters of Crockford's base 32 carry 50 bits, the least that integrity.md ("Codes") asks for.
CODE_LENGTH = 10
_TOKEN_BYTES = 24


def new_code() -> str:
    """A random code of CODE_LENGTH characters, without ambiguous letters."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """The random part of a link: 192 bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def sign_in_key(secret_key: str) -> bytes:
    """The key of the codes of sign-in, derived from the installation's secret so that each use has its own."""
    return hmac.new(secret_key.encode(), b"participatory/sign-in/1", hashlib.sha256).digest()


def code_mac(key: bytes, attempt: str, code: str) -> str:
    """What is stored of a code: an HMAC bound to the attempt that it was sent for, in hexadecimal."""
    return hmac.new(key, f"code|{attempt}|{ungrouped(code)}".encode(), hashlib.sha256).hexdigest()


def link_mac(key: bytes, token: str) -> str:
    """What is stored of a link, in hexadecimal."""
    return hmac.new(key, f"link|{token}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two MACs are equal, in a time that tells nothing."""
    return hmac.compare_digest(one, other)


def well_formed(typed: str) -> bool:
    """Whether what somebody typed has the length of a code; a slip of the finger should not cost an attempt."""
    return len(ungrouped(typed)) == CODE_LENGTH
