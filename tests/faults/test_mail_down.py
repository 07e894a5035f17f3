"""The mail server does not answer: people vote all the same, and their letters wait for it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
import time_machine
from flask_mailman import Mail

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.outbox.models import Letter
from participatory.outbox.sender import deliver_waiting
from participatory.urn.receipts import receipt_code
from tests.faults.ledger import Ledger
from tests.faults.verdict import hold_to_account


def test_votes_go_on_without_a_mail_server_and_every_letter_leaves_in_the_end(service):
    with service.app.app_context(), transaction():
        db.session.execute(sa.delete(Letter))
    ledger = Ledger(service, voters=4)
    with ledger.everybody_votes(times=2):
        ledger.await_receipts(1)
        with service.app.app_context():
            assert deliver_waiting() == 0
            db.session.remove()
    assert ledger.broken == 0
    with service.app.app_context():
        deliver_waiting()
        waiting = db.session.scalars(sa.select(Letter)).all()
        assert {letter.attempts for letter in waiting} == {1}
        assert all("refused" in letter.last_error for letter in waiting)
        told = {receipt_code(receipt) for voter in ledger.voters for receipt, _chosen in voter.acknowledged}
        assert {letter.values["receipt"] for letter in waiting} == told
        db.session.remove()
        mail: Mail = service.app.extensions["mailman"]
        with time_machine.travel(now() + timedelta(minutes=5)):
            mail.backend = "locmem"
            assert deliver_waiting() == len(told) == 8
            mail.backend = "smtp"
        assert db.session.scalars(sa.select(Letter)).all() == []
        db.session.remove()
    hold_to_account(ledger)
