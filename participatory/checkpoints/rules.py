"""What a checkpoint is, how it is signed, written down and read again. Pure.

A checkpoint is the digest of one row of the journal, which binds all the rows before it, signed with the key of the
platform. Kept by people whom the platform does not command, it shows whether the journal was rewritten since.
"""

import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from email import policy
from email.parser import BytesParser

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from participatory.journal.rules import canonical

BEGIN, END = "-----BEGIN CHECKPOINT-----", "-----END CHECKPOINT-----"
_BLOCK = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
_FIELDS = re.compile(
    r"position:(?P<position>[0-9]{1,15})digest:(?P<digest>[0-9a-f]{64})at:(?P<at>[0-9T:.+-]{20,40})"
    r"signature:(?P<signature>[0-9a-f]{128})key:(?P<public_key>[0-9a-f]{64})"
)
_TYPES = {"position": int, "digest": str, "at": str, "signature": str, "public_key": str}


@dataclass(frozen=True)
class Signed:
    """A checkpoint as it travels: `at` is an instant in ISO 8601, the three others are in hexadecimal."""

    position: int
    digest: str
    at: str
    signature: str
    public_key: str


def sign(private: bytes, position: int, digest: str, at: str) -> Signed:
    """Sign the digest of a row (Ed25519); `private` is the key of 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    return Signed(position, digest, at, key.sign(_text(position, digest, at)).hex(), public_of(private).hex())


def public_of(private: bytes) -> bytes:
    """The 32 bytes of the public key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def is_genuine(signed: Signed) -> bool:
    """Whether the signature is the one of the key that the checkpoint names."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.public_key))
        key.verify(bytes.fromhex(signed.signature), _text(signed.position, signed.digest, signed.at))
    except (InvalidSignature, ValueError):
        return False
    return True


def _text(position: int, digest: str, at: str) -> bytes:
    return canonical([position, digest, at]).encode()


def fault(signed: Signed, digest: str | None, keys: Collection[str]) -> str | None:
    """What is wrong with a checkpoint, in English, beside a journal: None when nothing is.

    `digest` is the one of the row at that position, None when there is none; `keys` those that the journal declares.
    """
    if not is_genuine(signed):
        return "its signature is not that of its key"
    if digest is None:
        return "the journal has no such row: its end was cut off"
    if digest != signed.digest:
        return "the journal has another digest at that row: it was rewritten"
    if signed.public_key not in keys:
        return "it was signed with a key that the journal does not declare"
    return None


def document(signed: Signed) -> dict[str, object]:
    """The five fields, as they are published."""
    return asdict(signed)


def block(signed: Signed) -> str:
    """The lines of a letter that a program can read again, whatever mail programs did to them."""
    lines = [
        BEGIN,
        f"position: {signed.position}",
        f"digest: {signed.digest}",
        f"at: {signed.at}",
        f"signature: {signed.signature[:64]}",
        f"           {signed.signature[64:]}",
        f"key: {signed.public_key}",
        END,
    ]
    return "\n".join(lines)


def read(data: bytes) -> list[Signed]:
    """The checkpoints of a file: JSON, a letter as text, or a whole message as mail programs save it.

    Raises ValueError when there is none, or when one of them is not written as a checkpoint is.
    """
    text = data.decode("utf-8-sig", errors="replace")
    if text.lstrip()[:1] in {"{", "["}:
        return _read_json(text)
    blocks = _BLOCK.findall(text) or _BLOCK.findall(_body(data))
    if not blocks:
        raise ValueError("there is no checkpoint in it")
    return [_read_block(each) for each in blocks]


def _read_json(text: str) -> list[Signed]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not well-formed JSON") from error
    if isinstance(found, dict):
        found = found.get("checkpoints", [found])
    if not isinstance(found, list) or not found:
        raise ValueError("there is no checkpoint in it")
    return [_read_fields(each) for each in found]


def _read_fields(fields: object) -> Signed:
    if not isinstance(fields, dict) or {name: type(value) for name, value in fields.items()} != _TYPES:
        raise ValueError("a checkpoint has a position, a digest, an instant, a signature and a public key")
    return Signed(**fields)


def _read_block(written: str) -> Signed:
    # Forwarding puts > before lines, and some programs cut them.
    found = _FIELDS.fullmatch(re.sub(r"[\s>]", "", written))
    if found is None:
        raise ValueError("the lines of the checkpoint were changed")
    return Signed(int(found["position"]), found["digest"], found["at"], found["signature"], found["public_key"])


def _body(data: bytes) -> str:
    """The text of a message, decoded; empty when the file is no message."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    body = message.get_body(("plain",)) if message.keys() else None
    return str(body.get_content()) if body is not None else ""
