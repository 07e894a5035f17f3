"""The encryption of ballots: RFC 9180's own vector, and `cryptography`'s HPKE held against ours, both ways."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from participatory.urn import sealing

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

# RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, sequence number 0.
RFC = {
    name: bytes.fromhex(value)
    for name, value in {
        "info": "4f6465206f6e2061204772656369616e2055726e",
        "skEm": "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
        "pkEm": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "pkRm": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        "skRm": "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        "key": "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91",
        "base_nonce": "5c4d98150661b848853b547f",
        "pt": "4265617574792069732074727574682c20747275746820626561757479",
        "aad": "436f756e742d30",
        "ct": "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    }.items()
}


def test_the_key_and_nonce_are_those_of_the_rfc():
    ephemeral = X25519PrivateKey.from_private_bytes(RFC["skEm"])
    assert sealing._sender(RFC["pkRm"], RFC["info"], ephemeral) == (RFC["pkEm"], RFC["key"], RFC["base_nonce"])
    assert ChaCha20Poly1305(RFC["key"]).encrypt(RFC["base_nonce"], RFC["pt"], RFC["aad"]) == RFC["ct"]


def test_what_the_key_of_the_rfc_seals_is_opened_by_its_private_half():
    sealed = sealing.reseal(RFC["pt"], RFC["pkRm"], RFC["info"], RFC["skEm"])
    # Associated data changes the tag alone: the encrypted bytes are those of the RFC.
    assert sealed[:-16] == RFC["pkEm"] + RFC["ct"][:-16]
    assert sealing.unseal(sealed, RFC["skRm"], RFC["info"]) == RFC["pt"]
    assert sealing.public_of(RFC["skRm"]) == RFC["pkRm"]


@given(st.binary(max_size=600), st.binary(max_size=80))
def test_ours_is_opened_by_the_library_and_the_librarys_by_ours(plaintext: bytes, info: bytes):
    pair = sealing.new_key()
    sealed = sealing.seal(plaintext, pair.public, info)
    assert len(sealed.ciphertext) == len(plaintext) + sealing.OVERHEAD
    assert SUITE.decrypt(sealed.ciphertext, X25519PrivateKey.from_private_bytes(pair.private), info) == plaintext
    theirs = SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(pair.public), info)
    assert sealing.unseal(theirs, pair.private, info) == plaintext


@given(st.binary(max_size=600))
def test_a_challenge_gives_the_same_ciphertext_for_the_same_choices_alone(plaintext: bytes):
    pair = sealing.new_key()
    info = sealing.info("r0und", "ab" * 32)
    sealed = sealing.seal(plaintext, pair.public, info)
    assert sealing.reseal(plaintext, pair.public, info, sealed.secret) == sealed.ciphertext
    assert sealing.reseal(plaintext + b" ", pair.public, info, sealed.secret) != sealed.ciphertext
    assert sealing.seal(plaintext, pair.public, info).ciphertext != sealed.ciphertext


@given(st.integers(0, 32 + 100 + 16 - 1), st.integers(1, 255))
def test_any_byte_changed_of_a_ciphertext_is_refused(place: int, change: int):
    pair = sealing.new_key()
    altered = bytearray(sealing.seal(bytes(100), pair.public, b"i").ciphertext)
    altered[place] ^= change
    with pytest.raises(ValueError, match="altered"):
        sealing.unseal(bytes(altered), pair.private, b"i")


def test_another_key_another_round_or_another_rulebook_opens_nothing():
    pair = sealing.new_key()
    sealed = sealing.seal(b"ballot", pair.public, sealing.info("r0und", "aa")).ciphertext
    for private, info in [
        (sealing.new_key().private, sealing.info("r0und", "aa")),
        (pair.private, sealing.info("other", "aa")),
        (pair.private, sealing.info("r0und", "ab")),
    ]:
        with pytest.raises(ValueError, match="not sealed to this key"):
            sealing.unseal(sealed, private, info)
    assert sealing.info("r0und", "aa") == b"participatory-ballot-v1|r0und|aa"


@pytest.mark.parametrize("ciphertext", [b"", bytes(31), bytes(32), bytes(47), bytes(48)])
def test_what_is_too_short_or_made_of_zeros_is_refused(ciphertext: bytes):
    with pytest.raises(ValueError, match="altered"):
        sealing.unseal(ciphertext, sealing.new_key().private, b"")


@pytest.mark.parametrize("public", [bytes(32), (1).to_bytes(32, "little"), b"short"])
def test_a_public_key_that_would_protect_nothing_is_refused(public: bytes):
    with pytest.raises(ValueError, match=r"."):
        sealing.seal(b"ballot", public, b"")


def test_neither_a_private_key_nor_a_secret_is_printed():
    pair = sealing.new_key()
    sealed = sealing.seal(b"ballot", pair.public, b"")
    assert repr(pair.private) not in repr(pair)
    assert repr(sealed.secret) not in repr(sealed)


def test_a_fingerprint_is_the_hash_of_the_public_key():
    assert sealing.fingerprint(RFC["pkRm"]) == sha256(RFC["pkRm"]).hexdigest()
