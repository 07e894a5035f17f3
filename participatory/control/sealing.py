"""What a sealing does to the rows: what counts is copied, what joined a ballot to anything is deleted.

Nothing that stays leads from a voter to a receipt, even to whoever holds the database and would find the link key:

- `envelope` is empty for the round: no slot is left to recompute. `sealed_ballot` is in the order of receipts, which
  are hashes: neither the order of arrival nor that of the roll is left, and it has no time, key or number.
- `setting_aside` names no envelope any more (below).
- `ballot_spent_key` holds hashes of random keys that pages sent; the keys went with the envelopes and name nobody.
  The rows have no round: they are deleted once no vote of the installation is open.
- `outbox_letter` holds no letter of a ballot of the round: one that still waited would join an address to a receipt.
- `signature` and `voter` stay until retention, without an hour; the journal's rows of ballots have a day and a receipt.
  On PostgreSQL the rows that one transaction wrote bear its number, and lie in the order in which they came: the
  signatures are therefore written anew, in the order of the roll; the cleaning then takes the number of whoever locked
  a voter's row out of it. A signature on paper no longer says for which batch it was: the journal tells the receipts of
  a batch right after its closing, and a batch of one would join a voter to a receipt.
- `integrity_signal` names no slot, tells the hour alone and lies in the order of numbers drawn by lot
  (`integrity.actions.unlink`); the secret that makes codes of addresses and devices goes with the link key.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import sqlalchemy as sa

from participatory.ballots.models import (
    Challenge,
    Envelope,
    EnvelopeStatus,
    SealedBallot,
    SettingAside,
    Signature,
    SpentKey,
    UrnState,
    VoteOpening,
    VoteStep,
)
from participatory.control.signals import links_destroyed
from participatory.core.database import after_commit, db
from participatory.core.secrets import SecretStore
from participatory.integrity.collecting import SECRET as SIGNALS
from participatory.outbox.models import Letter
from participatory.rounds.models import Round

LINK = "link"
# What makes a slot of a voter, and what makes a code of an address: neither is ever needed again.
SECRETS = (LINK, SIGNALS)
_LETTERS = ("ballot_cast", "ballot_withdrawn")
# What is left of the batch for which somebody signed on paper; how many did is in the figures of the batch.
ON_PAPER = "paper"
_BATCH = 5000


def copy_ballots(round_: Round) -> list[str]:
    """Write the sealed ballots in the order of receipts; gives these."""
    receipts: list[str] = []
    for batch in _batches(round_):
        rows = [{"round_id": round_.id, "receipt": r, "ciphertext": text, "area": area} for r, text, area in batch]
        db.session.execute(sa.insert(SealedBallot), rows)
        receipts += [receipt for receipt, _text, _area in batch]
    return receipts


def forget_envelopes(round_: Round) -> None:
    """Delete the envelopes and what was opened for checks, and have no case name an envelope any more."""
    db.session.execute(sa.delete(Envelope).where(Envelope.round_id == round_.id))
    db.session.execute(sa.delete(Challenge).where(Challenge.round_id == round_.id))
    cases = sa.update(SettingAside).where(SettingAside.round_id == round_.id)
    db.session.execute(cases.values(envelope_id=SettingAside.public_id))
    if not _is_any_vote_open():
        db.session.execute(sa.delete(SpentKey))


def forget_letters(round_: Round) -> None:
    """Delete the letters of ballots that still wait: each holds an address, and beside it a receipt or an instant.

    A mail server that answers no more keeps them for hours, and a backup made meanwhile for as long as it lasts.
    """
    of_ballots = Letter.template.in_(_LETTERS), Letter.values["vote"].as_string() == round_.public_id
    db.session.execute(sa.delete(Letter).where(*of_ballots), execution_options={"synchronize_session": False})


def forget_order(round_: Round) -> None:
    """Write the signatures anew in the order of the roll: nothing says any more with which ballot or batch one came."""
    columns = (Signature.round_id, Signature.voter_id, Signature.day, Signature.batch)
    wanted = sa.select(*columns).where(Signature.round_id == round_.id).order_by(Signature.voter_id)
    rows = [row._asdict() | {"batch": ON_PAPER if row.batch else ""} for row in db.session.execute(wanted)]
    db.session.execute(
        sa.delete(Signature).where(Signature.round_id == round_.id), execution_options={"synchronize_session": False}
    )
    db.session.expire_all()
    for start in range(0, len(rows), _BATCH):
        db.session.execute(sa.insert(Signature), rows[start : start + _BATCH])


def destroy_links(round_: Round, store: SecretStore) -> None:
    """Destroy both secrets of who voted once the transaction is safe on disk, and have the disk cleaned after that.

    A process that dies in between leaves the key to the job, which looks for such keys: `cleaning.destroy_left_keys`.
    """
    key = round_.public_id
    for name in SECRETS:
        after_commit(partial(store.destroy, name, key))
    after_commit(links_destroyed.send)


def motives_of(round_: Round) -> dict[str, int]:
    """How many ballots were set aside for each motive."""
    decided = SettingAside.round_id == round_.id, SettingAside.outcome == EnvelopeStatus.SET_ASIDE.value
    return dict(sorted(Counter(db.session.scalars(sa.select(SettingAside.motive).where(*decided))).items()))


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


def _is_any_vote_open() -> bool:
    """Whether a vote may still receive a page sent late: one that opened, and was neither closed nor annulled."""
    ended = sa.select(VoteStep.round_id).where(VoteStep.state.in_([UrnState.CLOSED, UrnState.ANNULLED]))
    opened = sa.select(sa.func.count()).select_from(VoteOpening).where(VoteOpening.round_id.not_in(ended))
    return bool(db.session.scalar(opened))
