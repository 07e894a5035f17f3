"""Reading the letters of sign-in, as the person who receives them does."""

import re
from dataclasses import dataclass

from flask import current_app
from flask_mailman import EmailMessage

from participatory.outbox.sender import deliver_waiting


@dataclass(frozen=True)
class SignInLetter:
    recipient: str
    subject: str
    body: str

    @property
    def code(self) -> str:
        return re.search(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b", self.body).group()

    @property
    def path(self) -> str:
        return re.search(r"https?://[^/\s]+(/connexion/lien/\S+)", self.body).group(1)


def post() -> list[SignInLetter]:
    """Deliver what waits and give every letter since the beginning, the oldest first."""
    deliver_waiting()
    sent: list[EmailMessage] = getattr(current_app.extensions["mailman"], "outbox", [])
    return [SignInLetter(mail.to[0], mail.subject, mail.body) for mail in sent]


def ask(client, email: str, next_path: str = "") -> str:
    """Ask for a letter; gives the address of the page that takes the code."""
    answer = client.post("/connexion", data={"email": email, "next": next_path})
    assert answer.status_code == 303, answer.text
    return answer.location
