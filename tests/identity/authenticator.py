"""A security key in software: it makes ES256 keys and signs as browsers and keys do (WebAuthn, without attestation)."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """One key of a person; the fields that a test changes are what an attacker or a faulty browser would change."""

    origin: str = "http://localhost"
    host: str = "localhost"
    count: int = 0
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, challenge: str, kind: str = "webauthn.create") -> str:
        """The answer to a request for a new key, as JSON."""
        numbers = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + encode_cbor(cose)
        data = self._data(self.flags | ATTESTED) + attested
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(self._client(kind, challenge), {"attestationObject": bytes_to_base64url(made)})

    def sign(self, challenge: str, kind: str = "webauthn.get") -> str:
        """The answer to a request to sign, as JSON; the key counts one more signature."""
        self.count += self.counts
        client, data = self._client(kind, challenge), self._data(self.flags)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            client,
            {"authenticatorData": bytes_to_base64url(data), "signature": bytes_to_base64url(signature)},
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, client: bytes, response: dict[str, str]) -> str:
        name = bytes_to_base64url(self.credential)
        response = {"clientDataJSON": bytes_to_base64url(client), **response}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
