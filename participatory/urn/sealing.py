"""The inner envelope: HPKE (RFC 9180), base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305, no associated data.

A ciphertext is the ephemeral public key (32 bytes), then the encrypted ballot with its tag (16 bytes more than it).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

KEY_BYTES = 32
# What a ciphertext holds beyond the ballot: the ephemeral public key and the tag.
OVERHEAD = 32 + 16
_NONCE_BYTES = 12

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
# RFC 9180, tables 2, 3 and 5: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
_KEM_ID, _KDF_ID, _AEAD_ID = b"\x00\x20", b"\x00\x01", b"\x00\x03"
_KEM_SUITE = b"KEM" + _KEM_ID
_HPKE_SUITE = b"HPKE" + _KEM_ID + _KDF_ID + _AEAD_ID
_BASE_MODE = b"\x00"


@dataclass(frozen=True)
class Sealed:
    """A ciphertext, and the ephemeral private key (32 bytes) that proves what it holds: shown in a challenge only."""

    ciphertext: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class KeyPair:
    """The key of an urn: two times 32 bytes."""

    private: bytes = field(repr=False)
    public: bytes


def new_key() -> KeyPair:
    """Draw the key of an urn."""
    private = X25519PrivateKey.generate().private_bytes_raw()
    return KeyPair(private, public_of(private))


def public_of(private: bytes) -> bytes:
    """The public half of a private key; raises ValueError unless it is 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """The SHA-256 of a public key, in hexadecimal: what the journal and the trustees' sheets say of it."""
    return hashlib.sha256(public).hexdigest()


def info(round_key: str, rulebook_digest: str) -> bytes:
    """What binds a ciphertext to its round and its rulebook: it opens under no other."""
    return f"participatory-ballot-v1|{round_key}|{rulebook_digest}".encode()


def seal(plaintext: bytes, public_key: bytes, info: bytes) -> Sealed:
    """Encrypt a ballot, and keep the ephemeral key for whoever wants to challenge it.

    Raises ValueError when the public key is not an X25519 key.
    """
    ephemeral = X25519PrivateKey.generate()
    return Sealed(_sealed(plaintext, public_key, info, ephemeral), ephemeral.private_bytes_raw())


def reseal(plaintext: bytes, public_key: bytes, info: bytes, secret: bytes) -> bytes:
    """The ciphertext that these very choices give with this ephemeral key: the check of a challenge.

    `cryptography`'s Suite draws the ephemeral key itself and neither takes nor tells it,
    while a challenge must show it. So RFC 9180 (sections 4, 5.1 and 6.1) is followed here
    over the library's X25519, HKDF and ChaCha20Poly1305; `unseal` uses the Suite, and
    the tests hold one against the other. Raises ValueError for a bad key.
    """
    return _sealed(plaintext, public_key, info, X25519PrivateKey.from_private_bytes(secret))


def unseal(ciphertext: bytes, private_key: bytes, info: bytes) -> bytes:
    """The ballot in a ciphertext.

    Raises ValueError when it was sealed to another key, for another round or
    rulebook, or was altered.
    """
    return opener(private_key, info)(ciphertext)


def opener(private_key: bytes, info: bytes) -> Callable[[bytes], bytes]:
    """`unseal` for many ciphertexts of one round: the private key is read once, which is half of the work."""
    key = X25519PrivateKey.from_private_bytes(private_key)

    def unsealed(ciphertext: bytes) -> bytes:
        try:
            return _SUITE.decrypt(ciphertext, key, info)
        except InvalidTag:
            raise ValueError("this ciphertext was not sealed to this key for this round, or was altered") from None

    return unsealed


def _sealed(plaintext: bytes, public_key: bytes, info: bytes, ephemeral: X25519PrivateKey) -> bytes:
    encapsulated, key, nonce = _sender(public_key, info, ephemeral)
    return encapsulated + ChaCha20Poly1305(key).encrypt(nonce, plaintext, None)


def _sender(public_key: bytes, info: bytes, ephemeral: X25519PrivateKey) -> tuple[bytes, bytes, bytes]:
    """RFC 9180: Encap (4.1) with a given ephemeral key, then KeySchedule (5.1) in base mode."""
    encapsulated = ephemeral.public_key().public_bytes_raw()
    # The exchange refuses the points that would give zeros, whoever's key it is (section 7.1.4).
    exchanged = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    agreed = _extract(_KEM_SUITE, b"", b"eae_prk", exchanged)
    shared = _expand(_KEM_SUITE, agreed, b"shared_secret", encapsulated + public_key, KEY_BYTES)
    no_psk = _extract(_HPKE_SUITE, b"", b"psk_id_hash", b"")
    context = _BASE_MODE + no_psk + _extract(_HPKE_SUITE, b"", b"info_hash", info)
    scheduled = _extract(_HPKE_SUITE, shared, b"secret", b"")
    key = _expand(_HPKE_SUITE, scheduled, b"key", context, KEY_BYTES)
    return encapsulated, key, _expand(_HPKE_SUITE, scheduled, b"base_nonce", context, _NONCE_BYTES)


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """RFC 9180, LabeledExtract."""
    return HKDF.extract(SHA256(), salt, b"HPKE-v1" + suite + label + material)


def _expand(suite: bytes, key: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """RFC 9180, LabeledExpand; `length` in bytes."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
    return HKDFExpand(SHA256(), length, labelled).derive(key)
