"""The letters that the demonstration writes to files instead of sending them."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

# Flask-Mailman's file backend ends each message of a file with a line of dashes.
_END = b"-" * 79
SHOWN = 100


@dataclass(frozen=True)
class Letter:
    """A letter as its reader sees it; `sent_at` is an instant."""

    name: str
    subject: str
    recipient: str
    sent_at: datetime
    body: str


def read_letters(folder: Path) -> list[Letter]:
    """The latest letters, newest first; none when the folder does not exist yet."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)[:SHOWN]
    found = [letter for path in files for letter in _letters(path)]
    return sorted(found, key=lambda letter: letter.sent_at, reverse=True)[:SHOWN]


def _letters(path: Path) -> list[Letter]:
    texts = [text.strip(b"\n") for text in path.read_bytes().split(_END) if text.strip()]
    return [_letter(f"{path.stem}-{number}", text) for number, text in enumerate(texts)]


def _letter(name: str, text: bytes) -> Letter:
    message = email.message_from_bytes(text, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return Letter(
        name=name,
        subject=str(message["Subject"]),
        recipient=str(message["To"]),
        sent_at=parsedate_to_datetime(str(message["Date"])),
        body=body.get_content() if body is not None else "",
    )
