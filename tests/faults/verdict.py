"""What must hold after any fault: the words of docs/ballot.md, checked against the ledger."""

from __future__ import annotations

import json
from collections import Counter

import sqlalchemy as sa
from flask import current_app

from participatory.ballots.choosing import as_choices
from participatory.ballots.models import Envelope, Signature
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import closing_of
from participatory.ballots.rules import slot
from participatory.control.actions import close_vote, seal_urn, take_control
from participatory.control.reconciling import reconcile
from participatory.core.database import db, transaction
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.results.unsealing import open_sealed
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.urn.document import from_bytes
from participatory.urn.published import choices_text
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import info, unseal
from tests.factories import KEY
from tests.faults.ledger import Ledger
from tests.results.making import OFFICERS


def hold_to_account(ledger: Ledger, *, seal: bool = True) -> None:
    """Every receipt acknowledged last is the stored one, nobody is twice in the urn, the chain holds, all decrypts."""
    with ledger.service.app.app_context():
        try:
            round_ = db.session.get(Round, ledger.round_id)
            assert round_ is not None
            _each_has_the_last_receipt(ledger, round_)
            _nobody_is_counted_twice(ledger, round_)
            _all_decrypt_to_what_was_chosen(ledger, round_)
            _the_journal_is_whole(ledger)
            if seal:
                _the_count_is_that_of_the_ledger(ledger, round_)
        finally:
            db.session.remove()


def _each_has_the_last_receipt(ledger: Ledger, round_: Round) -> None:
    key = current_app.extensions["secrets"].get("link", ledger.key)
    stored = dict(db.session.execute(sa.select(Envelope.slot, Envelope.receipt).filter_by(round_id=round_.id)).all())
    expected = {
        slot(key, ledger.key, voter.slot_of): voter.acknowledged[-1][0] for voter in ledger.voters if voter.acknowledged
    }
    assert stored == expected


def _nobody_is_counted_twice(ledger: Ledger, round_: Round) -> None:
    figures = reconcile(round_, current_app.extensions["secrets"])
    assert figures.agrees
    assert figures.to_seal == figures.signatures == sum(bool(voter.acknowledged) for voter in ledger.voters)
    signed = db.session.scalars(sa.select(Signature.voter_id).where(Signature.round_id == round_.id)).all()
    assert len(signed) == len(set(signed)) == figures.signatures


def _all_decrypt_to_what_was_chosen(ledger: Ledger, round_: Round) -> None:
    opening = opening_of(round_)
    assert opening is not None
    wanted = {voter.acknowledged[-1] for voter in ledger.voters if voter.acknowledged}
    bound, found = info(ledger.key, opening.rulebook_digest), set()
    for envelope in db.session.scalars(sa.select(Envelope).where(Envelope.round_id == round_.id)):
        assert receipt_of(envelope.ciphertext) == envelope.receipt
        document = from_bytes(unseal(envelope.ciphertext, KEY.private, bound))
        chosen = tuple(sorted(project for project, _one in document.contests[MAIN_CONTEST].choices))
        found.add((envelope.receipt, chosen))
    assert found == wanted


def _the_journal_is_whole(ledger: Ledger) -> None:
    assert list(faults()) == []
    rows = db.session.scalars(sa.select(JournalEntry.payload).where(JournalEntry.verb == "ballot.cast"))
    written = Counter(each["receipt"] for each in map(json.loads, rows) if each["round"] == ledger.key)
    told = {receipt for voter in ledger.voters for receipt, _chosen in voter.acknowledged}
    # Voters send a page again until they are answered, so what is written was told, once.
    assert set(written) == told
    assert set(written.values()) <= {1}


def _the_count_is_that_of_the_ledger(ledger: Ledger, round_: Round) -> None:
    end, store = round_.control_at, current_app.extensions["secrets"]
    kind = round_.rulebook.ballot_kind
    with transaction():
        if closing_of(round_) is None:
            close_vote(round_, OFFICERS, end)
        take_control(round_, OFFICERS, end)
        seal_urn(round_, OFFICERS, store, end)
    opening = opening_of(round_)
    assert opening is not None
    opened = open_sealed(round_, opening, KEY.private)
    lasts = [voter.acknowledged[-1][1] for voter in ledger.voters if voter.acknowledged]
    expected = sorted((choices_text(as_choices(kind, chosen)), "") for chosen in lasts)
    assert (opened.void, opened.ballots[MAIN_CONTEST]) == (0, expected)
