"""People who vote at the same instant as each other, as the closing, as the disk that fills."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa

from participatory.ballots.models import Envelope, Signature
from participatory.ballots.queries import closing_of
from participatory.control.actions import close_vote
from participatory.core.database import db, transaction
from participatory.rounds.models import Round
from tests.faults.ledger import Ledger
from tests.faults.verdict import hold_to_account
from tests.results.making import OFFICERS

MANY = 20


def at_once(ledger: Ledger, key_of, chosen_of) -> None:
    """Twenty posts of the first voter, held at a barrier."""
    barrier, (voter,) = Barrier(MANY), ledger.voters

    def post(number: int) -> None:
        barrier.wait(30)
        ledger.cast(voter, chosen_of(number), key_of(number))

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(post, range(MANY)))


def urn_of(ledger: Ledger) -> tuple[list[tuple[str, int]], int]:
    """The receipts and versions in the urn, and how many signatures."""
    with ledger.service.app.app_context():
        rows = db.session.execute(sa.select(Envelope.receipt, Envelope.version).filter_by(round_id=ledger.round_id))
        signed = sa.select(sa.func.count()).select_from(Signature).where(Signature.round_id == ledger.round_id)
        found = [(receipt, version) for receipt, version in rows], db.session.scalar(signed) or 0
        db.session.remove()
    return found


def test_twenty_posts_with_one_key_get_one_receipt(service):
    ledger = Ledger(service, voters=1)
    at_once(ledger, lambda _number: "one-key-for-twenty-posts", lambda _number: ledger.projects[:2])
    (voter,) = ledger.voters
    assert len(voter.acknowledged) == MANY
    assert len(set(voter.acknowledged)) == 1
    assert urn_of(ledger) == ([(voter.acknowledged[0][0], 1)], 1)
    hold_to_account(ledger)


def test_twenty_changes_at_once_leave_one_envelope(service):
    ledger = Ledger(service, voters=1)
    at_once(ledger, lambda number: f"a-key-for-change-{number}", lambda number: [ledger.projects[number % 6]])
    (voter,) = ledger.voters
    assert len(set(voter.acknowledged)) == MANY
    [(receipt, version)], signatures = urn_of(ledger)
    assert (version, signatures) == (MANY, 1)
    # Which of the twenty came last is for the database to say; it must be one that was acknowledged.
    voter.acknowledged.sort(key=lambda each: each[0] == receipt)
    hold_to_account(ledger)


def test_the_closing_counts_every_vote_that_it_did_not_refuse(service):
    ledger = Ledger(service, voters=8)
    with ledger.everybody_votes(times=100):
        ledger.await_receipts(12)
        with service.app.app_context():
            round_ = db.session.get(Round, ledger.round_id)
            with transaction():
                close_vote(round_, OFFICERS, round_.control_at)
            db.session.remove()
    assert all(voter.refused == [409] for voter in ledger.voters)
    with service.app.app_context():
        closing = closing_of(db.session.get(Round, ledger.round_id))
        told = sum(bool(voter.acknowledged) for voter in ledger.voters)
        assert closing.figures == {"signatures": told, "ballots": told}
        db.session.remove()
    hold_to_account(ledger)
