"""Make the text of each waiting letter and hand it to the mail server, outside any transaction."""

import structlog
from flask import render_template
from flask_babel import force_locale
from flask_mailman import EmailMessage

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.outbox.actions import claim_next, forget, mark_failed
from participatory.outbox.models import Letter
from participatory.web.settings import config

log = structlog.get_logger()


def compose(letter: Letter) -> EmailMessage:
    """The letter as a message: the template's first line is the subject, the rest the body.

    Where the values hold `unsubscribe`, an address that stops such letters, it stands at the end, and in the two
    headers of RFC 8058 by which a mail program offers to unsubscribe in one click.
    """
    with force_locale(letter.locale):
        values = {"contact": config().contact_email, **letter.values}
        text = render_template(f"mail/{letter.template}.txt", **values)
        address = values.get("unsubscribe", "")
        foot = render_template("mail/_stop.txt", unsubscribe=address).rstrip() + "\n" if address else ""
    headers = {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    subject, _, body = text.strip().partition("\n")
    return EmailMessage(
        subject=subject.strip(),
        body=body.strip() + "\n" + foot,
        to=[letter.recipient],
        headers=headers if address else {},
    )


def deliver_waiting() -> int:
    """Send every letter that is due and say how many left.

    A crash between sending and forgetting sends that letter once more, never loses it. A letter that
    cannot be made or sent, for whatever reason, is tried again later and never holds up the others.
    """
    sent = 0
    while True:
        with transaction():
            letter = claim_next(now())
        if letter is None:
            return sent
        try:
            compose(letter).send()
        except Exception as error:  # noqa: BLE001 — one letter never stops the worker.
            log.warning("letter_not_sent", letter=letter.id, error=type(error).__name__)
            with transaction():
                mark_failed(letter.id, f"{type(error).__name__}: {error}", now())
        else:
            with transaction():
                forget(letter.id)
            sent += 1
