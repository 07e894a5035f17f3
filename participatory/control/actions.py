"""Closing, control, sealing: the urn is reconciled with the roll, then its link to people is destroyed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import Challenge, Envelope, EnvelopeStatus, SealedBallot, SettingAside, UrnState
from participatory.ballots.queries import count_envelopes, count_signatures
from participatory.ballots.steps import Officers, take_step
from participatory.control.policy import time_is_over
from participatory.control.reconciling import reconcile, reconciliation_fault
from participatory.core.database import after_commit, db
from participatory.core.errors import refuse_if
from participatory.core.secrets import SecretStore
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.urn.tree import root

_BATCH = 5000


def close_vote(round_: Round, officers: Officers, now: datetime) -> None:
    """End the vote once its time is over; raises Refusal before it, the second time, and to one person alone."""
    held = locked_round(round_.id)
    refuse_if(time_is_over(held, now))
    figures = {"signatures": count_signatures(held), "ballots": count_envelopes(held)}
    take_step(held, UrnState.CLOSED, officers, now, **figures)
    record(Verb.VOTE_CLOSED, officers.second, now, round=held.public_id, **figures)


def take_control(round_: Round, officers: Officers, now: datetime) -> None:
    """Open the time in which ballots may be set aside for a motive of the rulebook; raises Refusal out of order."""
    held = locked_round(round_.id)
    refuse_if(time_is_over(held, now))
    take_step(held, UrnState.CONTROL, officers, now)
    record(Verb.VOTE_UNDER_CONTROL, officers.second, now, round=held.public_id)


def seal_urn(round_: Round, officers: Officers, store: SecretStore, now: datetime) -> None:
    """Copy what counts in the order of receipts, delete the envelopes, destroy the link key.

    The key goes once the transaction is safe on disk: undone, the envelopes would be nobody's. Raises Refusal
    out of order, and when roll and urn do not answer each other one to one.
    """
    held = locked_round(round_.id)
    refuse_if(time_is_over(held, now))
    figures = reconcile(held, store)
    refuse_if(reconciliation_fault(figures))
    receipts = _copy(held)
    motives = _motives(held)
    facts = {
        "ballots": len(receipts),
        "root": root([bytes.fromhex(each) for each in receipts]).hex(),
        "signatures": figures.signatures,
        "set_aside": figures.set_aside,
        "paper": figures.paper_envelopes,
        "motives": motives,
    }
    take_step(held, UrnState.SEALED, officers, now, **facts)
    db.session.execute(sa.delete(Envelope).where(Envelope.round_id == held.id))
    db.session.execute(sa.delete(Challenge).where(Challenge.round_id == held.id))
    key = held.public_id
    after_commit(lambda: store.destroy("link", key))
    record(Verb.VOTE_SEALED, officers.second, now, round=held.public_id, **facts)


def _copy(round_: Round) -> list[str]:
    """Write the sealed ballots in the order of receipts; gives these."""
    receipts: list[str] = []
    for batch in _batches(round_):
        rows = [{"round_id": round_.id, "receipt": r, "ciphertext": text, "area": area} for r, text, area in batch]
        db.session.execute(sa.insert(SealedBallot), rows)
        receipts += [receipt for receipt, _text, _area in batch]
    return receipts


def _batches(round_: Round) -> Iterator[list[tuple[str, bytes, str]]]:
    last = ""
    while True:
        wanted = (
            sa.select(Envelope.receipt, Envelope.ciphertext, Envelope.area)
            .where(Envelope.round_id == round_.id, Envelope.status == EnvelopeStatus.CAST.value)
            .where(Envelope.receipt > last)
            .order_by(Envelope.receipt)
            .limit(_BATCH)
        )
        batch = [(receipt, text, area) for receipt, text, area in db.session.execute(wanted)]
        if not batch:
            return
        yield batch
        last = batch[-1][0]


def _motives(round_: Round) -> dict[str, int]:
    decided = SettingAside.round_id == round_.id, SettingAside.outcome == EnvelopeStatus.SET_ASIDE.value
    return dict(sorted(Counter(db.session.scalars(sa.select(SettingAside.motive).where(*decided))).items()))
