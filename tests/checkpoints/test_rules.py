"""A checkpoint: signed, written in a letter, read again after what mail programs do to it."""

import json
from dataclasses import replace
from email.message import EmailMessage

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from participatory.checkpoints.rules import Signed, block, document, fault, is_genuine, public_of, read, sign

KEY = bytes(range(32))
AT = "2027-03-28T10:07:00.000000+00:00"
ONE = sign(KEY, 12, "ab" * 32, AT)
KEYS = {public_of(KEY).hex()}


def test_the_signature_is_over_the_canonical_list_of_position_digest_and_instant():
    text = f'[12,"{"ab" * 32}","{AT}"]'.encode()
    Ed25519PublicKey.from_public_bytes(public_of(KEY)).verify(bytes.fromhex(ONE.signature), text)
    assert is_genuine(ONE)


@pytest.mark.parametrize(
    "change",
    [{"position": 13}, {"digest": "ac" * 32}, {"at": AT.replace("10:", "11:")}, {"signature": "0" * 128},
     {"public_key": "0" * 64}, {"public_key": public_of(bytes(32)).hex()}, {"public_key": "court"}],
)  # fmt: skip
def test_nothing_of_a_checkpoint_can_be_changed(change):
    assert not is_genuine(replace(ONE, **change))
    assert fault(replace(ONE, **change), "ab" * 32, KEYS) == "its signature is not that of its key"


@pytest.mark.parametrize(
    ("digest", "keys", "said"),
    [
        ("ab" * 32, KEYS, None),
        ("ac" * 32, KEYS, "rewritten"),
        (None, KEYS, "cut off"),
        ("ab" * 32, set(), "does not declare"),
    ],
)
def test_a_checkpoint_is_judged_beside_the_journal(digest, keys, said):
    found = fault(ONE, digest, keys)
    assert found is None if said is None else said in found


def message(text: str, encoding: str) -> bytes:
    made = EmailMessage()
    made["Subject"] = "Point de contrôle du journal : ligne 12"
    made.set_content(text, cte=encoding)
    return made.as_bytes()


LETTER = f"Bonjour,\n\nVoici l’empreinte, telle qu’elle a été signée :\n\n{block(ONE)}\n\nÀ bientôt\n"


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(document(ONE)).encode(),
        json.dumps([document(ONE)]).encode(),
        json.dumps({"checkpoints": [document(ONE)]}, indent=2).encode(),
        LETTER.encode(),
        b"\xef\xbb\xbf" + LETTER.replace("\n", "\r\n").encode(),
        "\n".join(f"> > {line}" for line in LETTER.split("\n")).encode(),
        LETTER.replace("ab" * 20, "ab" * 20 + "\n   ").encode(),
        message(LETTER, "8bit"),
        message(LETTER, "quoted-printable"),
        message(LETTER, "base64"),
    ],
)
def test_a_checkpoint_is_read_again_from_json_a_letter_or_a_message(data):
    assert read(data) == [ONE]


def test_a_file_may_hold_several():
    other = sign(KEY, 13, "cd" * 32, AT)
    assert read((LETTER + block(other)).encode()) == [ONE, other]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Bonjour",
        b"\x00\xff\xfe",
        b"[]",
        b"{}",
        b"{",
        b"[" * 100_000,
        b'{"checkpoints": 3}',
        b'[{"position": "12"}]',
        json.dumps({**document(ONE), "position": True}).encode(),
        json.dumps({**document(ONE), "more": 1}).encode(),
        LETTER.replace("position: 12", "position: douze").encode(),
        LETTER.replace("at: ", "at: hier ").encode(),
        LETTER.replace("signature: ", "").encode(),
    ],
)
def test_what_is_no_checkpoint_is_refused(data):
    with pytest.raises(ValueError, match=r"checkpoint|JSON"):
        read(data)


def test_what_was_read_is_only_a_claim():
    forged = Signed(**{**document(ONE), "digest": "ee" * 32})
    assert not is_genuine(read(block(forged).encode())[0])
