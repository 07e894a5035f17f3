"""Closing a batch, a deed of two: its ballots are reconciled with the signatures and go into the urn."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import Envelope
from participatory.core.database import after_commit, db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.identifiers import public_id
from participatory.core.labels import N_
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.queries import waiting_for
from participatory.deeds.rules import Description, Sentence
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.stands import policy, queries
from participatory.stands.models import PaperBallot, PaperBatch
from participatory.stands.rules import LONGEST_NOTE, SMALL_BATCH, Counted, counted_fault
from participatory.urn.receipts import receipt_of
from participatory.web.settings import secret_store

NAME = "paper.close"


def counted(batch: PaperBatch, exchanged: int, missing: int, returned: int) -> Counted:
    """The reckoning of a batch at this instant, with what was counted on the table."""
    signatures = queries.signatures_of([batch])[batch.public_id]
    progress = queries.progress_of(batch)
    return Counted(batch.issued, progress.agreed, signatures, exchanged, missing, returned, progress.handed_back)


def ask_closing(batch: PaperBatch, by: Person, found: Counted, now: datetime, *, note: str, link: str) -> Deed:
    """Have the closing of a batch wait for a second person; raises Refusal for figures that do not reconcile."""
    held = queries.locked_batch(batch.id)
    refuse_if(policy.can_close_batch(by, held, now))
    written = " ".join(note.replace("\0", "").split())[:LONGEST_NOTE]
    refuse_if(_entering_fault(held) or counted_fault(found, written))
    payload = {
        "batch": held.public_id,
        "by": by.public_id,
        "exchanged": found.exchanged,
        "missing": found.missing,
        "returned": found.returned,
        "note": written,
    }
    return propose(CLOSE, held.public_id, payload, by, now, link=link)


def waiting_closing(batch: PaperBatch, now: datetime) -> Deed | None:
    """The deed that would close this batch, None when nothing waits."""
    deed = waiting_for(NAME, batch.public_id)
    return deed if deed is not None and deed.expires_at > now else None


def waiting_for_paper(round_: Round) -> Refusal | None:
    """Why an urn cannot be sealed: ballots on paper that are not in it yet."""
    waiting = queries.waiting_batches(round_)
    if not waiting:
        return None
    return Refusal(N_("Lots de bulletins papier à clôturer encore : %(count)s. L’urne se scelle après."), count=waiting)


def _entering_fault(batch: PaperBatch) -> Refusal | None:
    pending = queries.progress_of(batch).pending
    if not pending:
        return None
    return Refusal(N_("Bulletins qui attendent encore une saisie : %(count)s. Clôturez le lot après."), count=pending)


def _describe(payload: Payload) -> Description:
    batch = queries.batch_by_public_id(str(payload["batch"]))
    found = _found(batch, payload)
    facts = (
        (N_("Bulletins imprimés"), found.issued),
        (N_("Bulletins de l’urne, saisis deux fois de même"), found.in_box),
        (N_("Signatures de ce lot"), found.signatures),
        (N_("Abîmés et échangés"), found.exchanged),
        (N_("Dont rendus, signature annulée"), found.handed_back),
        (N_("Remis et jamais revenus"), found.missing),
        (N_("Jamais remis"), found.returned),
        (N_("Bulletins qui entrent dans l’urne"), found.used),
        (N_("Bulletins de trop, tirés au sort et non comptés"), found.drawn),
        (N_("Signatures sans bulletin dans l’urne"), found.undeposited),
        (N_("Ce qui explique une différence"), str(payload["note"]) or "—"),
    )
    sentences = (
        Sentence(N_("Les bulletins saisis entrent chiffrés dans l’urne, dans l’ordre de leurs reçus.")),
        Sentence(N_("Ce qui liait un numéro imprimé à un bulletin chiffré est effacé ; aucune saisie ne change plus.")),
        Sentence(N_("Les bulletins blancs ou nuls entrent aussi : ils seront comptés nuls au dépouillement.")),
    )
    title = Sentence(
        N_("Clôturer le lot %(label)s de bulletins papier de « %(round)s »"),
        {"label": batch.label, "round": batch.round.title},
    )
    return Description(title, facts, sentences, _warnings(found))


def _warnings(found: Counted) -> tuple[Sentence, ...]:
    # Without figures: people who may not read the turnout read these.
    warnings = []
    if found.drawn:
        sentence = N_(
            "L’urne compte plus de bulletins que de signatures : ceux de trop sont tirés au sort et ne compteront pas."
        )
        warnings.append(Sentence(sentence))
    if found.drawn and found.handed_back:
        sentence = N_(
            "Des signatures de ce lot ont été annulées, et l’urne a des bulletins de trop : quelqu’un a peut-être "
            "déposé le sien, puis voté en ligne. Cherchez avant de confirmer."
        )
        warnings.append(Sentence(sentence))
    if found.undeposited:
        sentence = N_(
            "Des signatures n’ont pas de bulletin dans l’urne : ces personnes ont voté, sans bulletin compté."
        )
        warnings.append(Sentence(sentence))
    if 0 < found.used < SMALL_BATCH:
        sentence = N_(
            "Moins de dix bulletins entrent dans l’urne : leurs reçus se suivent au journal, et qui sait qui a voté à "
            "ce bureau n’hésite qu’entre eux."
        )
        warnings.append(Sentence(sentence))
    return tuple(warnings)


def _found(batch: PaperBatch, payload: Payload) -> Counted:
    return counted(batch, int(payload["exchanged"]), int(payload["missing"]), int(payload["returned"]))


def _perform(payload: Payload, by: Person, now: datetime) -> None:
    round_ = locked_round(queries.batch_by_public_id(str(payload["batch"])).round_id)
    batch = queries.locked_batch(queries.batch_by_public_id(str(payload["batch"])).id)
    refuse_if(policy.ready_to_close(batch, now) or _entering_fault(batch))
    found, note = _found(batch, payload), str(payload["note"])
    refuse_if(counted_fault(found, note))
    receipts = _fill_urn(batch, found.used)
    batch.used, batch.spoiled, batch.returned = found.used, found.spoiled, found.returned
    batch.undeposited, batch.note = found.undeposited, note
    batch.closed_by, batch.closed_at = by.public_id, now
    db.session.execute(sa.delete(PaperBallot).where(PaperBallot.batch_id == batch.id))
    db.session.flush()
    _forget_secret(round_)
    _journal(batch, receipts, by, now)


def _fill_urn(batch: PaperBatch, used: int) -> list[str]:
    """Put `used` ballots of the box into the urn; gives their receipts in order."""
    wanted = sa.select(PaperBallot.ciphertext).where(PaperBallot.batch_id == batch.id, PaperBallot.agreed.is_(True))
    box = [ciphertext for ciphertext in db.session.scalars(wanted) if ciphertext is not None]
    # One for each signature: when there are more, the lot says which, and not somebody who has read them.
    kept = secrets.SystemRandom().sample(box, used)
    own = batch.round.rulebook.contest_of(batch.site.slug)
    rows = [
        {
            "id": public_id(20),
            "round_id": batch.round_id,
            "slot": secrets.token_hex(32),
            "ciphertext": ciphertext,
            "receipt": receipt_of(ciphertext),
            "idempotency_key": secrets.token_urlsafe(24),
            "area": "" if own == MAIN_CONTEST else own,
            "batch": batch.public_id,
        }
        for ciphertext in kept
    ]
    rows.sort(key=lambda row: str(row["receipt"]))
    if rows:
        db.session.execute(sa.insert(Envelope), rows)
    return [str(row["receipt"]) for row in rows]


def _forget_secret(round_: Round) -> None:
    """With the last batch goes the key of what was kept of numbers and entries: old backups tell nothing more."""
    if queries.waiting_batches(round_):
        return
    key, store = round_.public_id, secret_store()
    after_commit(lambda: store.destroy("paper", key))


def _journal(batch: PaperBatch, receipts: list[str], by: Person, now: datetime) -> None:
    round_ = batch.round.public_id
    record(
        Verb.PAPER_CLOSED,
        by.public_id,
        now,
        round=round_,
        batch=batch.label,
        issued=batch.issued,
        used=batch.used,
        spoiled=batch.spoiled,
        returned=batch.returned,
        note=batch.note,
    )
    for receipt in receipts:
        record(Verb.BALLOT_CAST, SYSTEM, now, round=round_, receipt=receipt)


def _abandon(payload: Payload, now: datetime) -> None:
    """Nothing was prepared: the batch stays open."""


def _scopes(payload: Payload) -> tuple[Scope, ...]:
    return (queries.batch_by_public_id(str(payload["batch"])).round.scope,)


CLOSE = DeedKind(
    NAME,
    N_("Clôturer un lot de bulletins papier"),
    Permission.OPEN_STANDS,
    _describe,
    _perform,
    _abandon,
    _scopes,
    figures_for=Permission.READ_TURNOUT,
)
