"""The keys of this service in SAML: made at their first need, kept with the other secrets, changed without a gap.

Each pair is one PEM file (the private key, then its certificate) in one of three places: `current` signs our
requests; `next` is announced in our metadata before it is used; `former` still opens what was encrypted for it.
"""

import os
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

_BITS = 3072
# Federations compare keys, not dates: a long life spares them a change that serves nobody (RENATER advises ten years).
_LASTS = timedelta(days=3653)
_LONGEST_COMMON_NAME = 64


class Place(StrEnum):
    """Where a pair stands in its life."""

    CURRENT = "current"
    NEXT = "next"
    FORMER = "former"


@dataclass(frozen=True)
class Pair:
    """A private key on disk, and what may be said of it."""

    path: Path
    place: Place
    certificate: str
    fingerprint: str
    not_after: datetime


class KeyRing:
    """The pairs of keys in a folder that only the service's user can read."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, place: Place) -> Path:
        """The file of a pair, which may not exist."""
        return self.folder / f"saml.{place}.pem"

    def pairs(self, host: str, now: datetime) -> list[Pair]:
        """The pairs that exist, `current` first; it is made at its first need, for this host."""
        if not self.path(Place.CURRENT).exists():
            self._make(Place.CURRENT, host, now)
        return [_read(self.path(place), place) for place in Place if self.path(place).exists()]

    def prepare(self, host: str, now: datetime) -> None:
        """Make the pair that will follow; raises Refusal (CONFLICT) when one already waits."""
        self.pairs(host, now)
        if self.path(Place.NEXT).exists():
            raise Refusal(N_("Une clé attend déjà : mettez-la en service, ou gardez celle d’aujourd’hui."))
        self._make(Place.NEXT, host, now)

    def switch(self) -> None:
        """Sign with the pair that waited; the other one still opens answers.

        Raises Refusal (CONFLICT) when none waits: establishments must have read the new certificate before.
        """
        if not self.path(Place.NEXT).exists():
            raise Refusal(
                N_("Aucune clé n’attend : préparez-en une, puis laissez aux établissements le temps de la lire.")
            )
        draft = self.folder / f"saml.{secrets.token_hex(8)}"
        # A copy first: at no moment is there no current pair.
        os.link(self.path(Place.CURRENT), draft)
        draft.replace(self.path(Place.FORMER))
        self.path(Place.NEXT).replace(self.path(Place.CURRENT))

    def forget(self) -> None:
        """Remove the former pair; raises Refusal (NOT_FOUND) when there is none."""
        if not self.path(Place.FORMER).exists():
            raise Refusal(N_("Il n’y a pas d’ancienne clé."), Kind.NOT_FOUND)
        self.path(Place.FORMER).unlink()

    def _make(self, place: Place, host: str, now: datetime) -> None:
        """Write a new pair, unless another process has just done so: both then use the same one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f"saml.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(new_pair(host, now))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.path(place))
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def new_pair(host: str, now: datetime) -> bytes:
    """A private RSA key and its self-signed certificate, in PEM, one after the other."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:_LONGEST_COMMON_NAME])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LASTS)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _read(path: Path, place: Place) -> Pair:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return Pair(
        path,
        place,
        b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode(),
        certificate.fingerprint(hashes.SHA256()).hex(":"),
        certificate.not_valid_after_utc,
    )
