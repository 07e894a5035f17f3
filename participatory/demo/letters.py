"""The letters that the demonstration writes to files instead of sending them."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

# Flask-Mailman's file backend ends a message with a line of dashes, which a person may write in a letter too.
# Each letter is sent on its own, so that a file holds one.
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
    written = ((path.stem, path.read_bytes().rstrip(b"\n")) for path in files)
    # The dashes come last: without them the file is still being written.
    found = [_letter(name, text.removesuffix(_END)) for name, text in written if text.endswith(_END)]
    return sorted(found, key=lambda letter: letter.sent_at, reverse=True)


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
