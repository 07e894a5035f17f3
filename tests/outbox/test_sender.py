"""Letters leave, leave nothing behind, and do not hold one another up."""

from datetime import time

import sqlalchemy as sa
from flask import current_app

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.journal.models import JournalEntry
from participatory.outbox import sender
from participatory.outbox.actions import claim_next, enqueue, forget, mark_failed
from participatory.outbox.models import Letter
from participatory.outbox.sender import deliver_waiting
from tests.ballots.conftest import build, deposit


def write(recipient: str, template: str = "sign_in") -> int:
    with transaction():
        letter = enqueue(recipient, template, "fr", now(), code="AAAAA-BBBBB", link="/l")
        db.session.flush()
        return letter.id


def test_no_row_that_stays_joins_a_person_to_a_receipt_by_the_instant_of_the_vote(app):
    world = build()
    deposit(world, world.ids[:1])
    instant = db.session.scalars(sa.select(JournalEntry.at).where(JournalEntry.verb == "ballot.cast")).one()
    # The journal keeps the day alone; the letter has its instant, and goes.
    assert instant.time() == time()
    assert len(db.session.scalars(sa.select(Letter)).all()) == 1
    assert deliver_waiting() == 1
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_a_letter_that_cannot_be_made_does_not_hold_up_the_others(app):
    spoilt = write("sacha@etu.exemple.example", "of_an_older_version")
    write("camille@etu.exemple.example")
    assert deliver_waiting() == 1
    [left] = db.session.scalars(sa.select(Letter)).all()
    assert (left.id, left.attempts) == (spoilt, 1)
    assert left.not_before > now()
    assert "of_an_older_version" in left.last_error


def test_a_letter_that_another_worker_has_sent_meanwhile_is_simply_gone(app):
    letter = write("camille@etu.exemple.example")
    with transaction():
        assert claim_next(now()) is not None
        assert claim_next(now()) is None
        forget(letter)
    with transaction():
        mark_failed(letter, "too late", now())
        forget(letter)


def test_a_queue_out_of_order_does_not_show_a_deed_that_is_done_as_failed(app, client):
    def broken():
        raise OSError("the disk is full")

    current_app.extensions["jobs"]._deliver = broken
    assert client.post("/connexion", data={"email": "camille@etu.exemple.example"}).status_code == 303
    assert sender.deliver_waiting() == 1
