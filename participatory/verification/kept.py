"""Checkpoints as observers keep them: the letters that they received, whole messages, or the published files.

In a letter they stand between two marks, one field a line; forwarding may have added `>` and cut lines.
"""

import re
from email import policy
from email.parser import BytesParser
from typing import Any

from participatory.verification.canonical import parse
from participatory.verification.layout import CHECKPOINT_SHAPE
from participatory.verification.shape import misfits
from participatory.verification.source import UnreadableError

_BLOCK = re.compile(r"-----BEGIN CHECKPOINT-----(.*?)-----END CHECKPOINT-----", re.DOTALL)
_FIELDS = re.compile(
    r"position:(?P<position>[0-9]{1,15})digest:(?P<digest>[0-9a-f]{64})at:(?P<at>[0-9T:.+-]{20,40})"
    r"signature:(?P<signature>[0-9a-f]{128})key:(?P<public_key>[0-9a-f]{64})"
)


def read_kept(name: str, data: bytes) -> dict[str, dict[str, Any]]:
    """The checkpoints in a file, by how they are named when a check speaks of them; raises UnreadableError."""
    text = data.decode("utf-8-sig", "replace")
    found = _from_json(text) if text.lstrip()[:1] in {"{", "["} else _from_letter(text, data)
    if not found or any(next(misfits(each, CHECKPOINT_SHAPE, name), None) for each in found):
        raise UnreadableError(f"{name} holds no checkpoint that can be read.")
    return {f"{name} (row {each['position']})": each for each in found}


def _from_json(text: str) -> list[Any]:
    try:
        found = parse(text)
    except ValueError:
        return []
    if isinstance(found, dict):
        found = found.get("checkpoints", [found])
    return found if isinstance(found, list) else []


def _from_letter(text: str, data: bytes) -> list[Any]:
    blocks = _BLOCK.findall(text) or _BLOCK.findall(_body(data))
    fields = [_FIELDS.fullmatch(re.sub(r"[\s>]", "", block)) for block in blocks]
    return [each and each.groupdict() | {"position": int(each["position"])} for each in fields]


def _body(data: bytes) -> str:
    """The text of a message as mail programs save it; empty when the file is none."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        body = message.get_body(("plain",)) if message.keys() else None
        return str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError):
        return ""
