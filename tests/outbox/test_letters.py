"""Letters: they leave after the commit, once, and a failure loses none."""

import smtplib
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask_mailman import EmailMessage

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.outbox.actions import claim_next, enqueue
from participatory.outbox.models import Letter
from participatory.outbox.rules import CLAIM_LASTS, MAX_ATTEMPTS
from participatory.outbox.sender import deliver_waiting

ADDRESS = "quelquun@etu.exemple.example"
VALUES = {"code": "ABCDE-FGHJK", "link": "https://budget.example/l"}


def queue(count=1, locale="fr"):
    with transaction():
        for _ in range(count):
            enqueue(ADDRESS, "sign_in", locale, now(), **VALUES)


def letters():
    db.session.expire_all()
    return db.session.scalars(sa.select(Letter).order_by(Letter.id)).all()


def test_a_letter_leaves_only_if_the_deed_does(app):
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue(ADDRESS, "sign_in", "fr", now(), **VALUES)
        raise ZeroDivisionError
    assert deliver_waiting() == 0
    assert letters() == []


def test_a_letter_that_left_leaves_no_trace_of_who_was_written_to(app):
    queue()
    assert deliver_waiting() == 1
    assert letters() == []
    assert deliver_waiting() == 0


def test_a_letter_in_english_speaks_english(app):
    queue(locale="en")
    deliver_waiting()
    (message,) = app.extensions["mailman"].outbox
    assert "sign-in code" in message.subject
    assert "Bonjour" not in message.body


@pytest.mark.parametrize("fault", [ConnectionRefusedError(), smtplib.SMTPRecipientsRefused({}), TimeoutError()])
def test_a_mail_server_that_fails_delays_the_letter_and_loses_nothing(app, monkeypatch, fault):
    queue()

    def fail(_message):
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", fail)
        assert deliver_waiting() == 0
    (letter,) = letters()
    assert letter.values == VALUES
    assert letter.not_before > now()
    with transaction():
        letter.not_before = now()
    assert deliver_waiting() == 1


def test_a_sender_that_died_is_replaced_after_a_while(app):
    queue()
    with transaction():
        assert claim_next(now()) is not None
    with transaction():
        assert claim_next(now()) is None
        assert claim_next(now() + CLAIM_LASTS * 2) is not None


def test_a_letter_that_never_leaves_is_given_up_and_forgotten(app, monkeypatch):
    queue()

    def fail(_message):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", fail)
    waiting = letters()[0]
    with transaction():
        waiting.attempts = MAX_ATTEMPTS - 1
    assert deliver_waiting() == 0
    assert letters() == []


def test_many_senders_send_each_letter_once(app_on_each_database):
    app = app_on_each_database
    queue(12)

    def send(_number):
        with app.app_context():
            sent = deliver_waiting()
            db.session.remove()
            return sent

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(send, range(4))) == 12
    assert letters() == []
