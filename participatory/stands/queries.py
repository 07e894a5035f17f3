"""Finding stands and batches, and counting what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.models import Signature
from participatory.control.paper import Awaited
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.rounds.models import Round
from participatory.stands import policy
from participatory.stands.models import PaperBallot, PaperBatch, Stand


@dataclass(frozen=True)
class BatchLine:
    """One batch as it is published; `label` is unique in the round, `stand` is what its ballots say."""

    label: str
    stand: str
    issued: int
    used: int
    spoiled: int
    returned: int


@dataclass(frozen=True)
class Progress:
    """How far the entering of a batch is: ballots entered twice alike, once, and those to enter again (numbers).

    `handed_back` were given up when signatures were cancelled, and are never entered.
    """

    agreed: int
    once: int
    disputed: tuple[str, ...]
    handed_back: int

    @property
    def pending(self) -> int:
        """The ballots that wait for another entry."""
        return self.once + len(self.disputed)


def stands_of(round_: Round) -> list[Stand]:
    """Every stand declared for a round, the latest first."""
    wanted = sa.select(Stand).where(Stand.round_id == round_.id)
    return list(db.session.scalars(wanted.order_by(Stand.opened_at.desc(), Stand.id.desc())))


def stand_of(round_: Round, public_id: str) -> Stand:
    """A stand of a round; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Stand).where(Stand.round_id == round_.id, Stand.public_id == public_id)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Ce stand n’existe pas."), Kind.NOT_FOUND)
    return found


def locked_stand(stand_id: int) -> Stand:
    """A stand held until the transaction ends, read as it now is."""
    held = sa.select(Stand).where(Stand.id == stand_id).with_for_update(of=Stand)
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def locked_stand_with(mac: str) -> Stand | None:
    """The stand whose code of enrolment has this MAC, held until the transaction ends."""
    held = sa.select(Stand).where(Stand.enrol_mac == mac).with_for_update(of=Stand)
    return db.session.scalars(held.execution_options(populate_existing=True)).first()


def stand_of_device(digest: str) -> Stand | None:
    """The stand whose device holds the token with this SHA-256."""
    return db.session.scalars(sa.select(Stand).where(Stand.device_digest == digest)).first()


def batch_for(person: Person, round_: Round, public_id: str) -> PaperBatch:
    """A batch that the person may see; raises Refusal (NOT_FOUND), the same for one of others and for none."""
    wanted = sa.select(PaperBatch).where(PaperBatch.round_id == round_.id, PaperBatch.public_id == public_id)
    found = db.session.scalars(wanted).first()
    if found is None or policy.can_see_batch(person, found):
        raise Refusal(N_("Ce lot de bulletins n’existe pas."), Kind.NOT_FOUND)
    return found


def batches_for(person: Person, round_: Round) -> list[PaperBatch]:
    """The batches of a round that the person may see, the latest first."""
    wanted = sa.select(PaperBatch).where(PaperBatch.round_id == round_.id)
    found = db.session.scalars(wanted.order_by(PaperBatch.made_at.desc(), PaperBatch.id.desc()))
    return [each for each in found if policy.can_see_batch(person, each) is None]


def batch_by_public_id(public_id: str) -> PaperBatch:
    """A batch, for a deed that names it; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(PaperBatch).where(PaperBatch.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Ce lot de bulletins n’existe pas."), Kind.NOT_FOUND)
    return found


def locked_batch(batch_id: int) -> PaperBatch:
    """A batch held until the transaction ends, read as it now is."""
    held = sa.select(PaperBatch).where(PaperBatch.id == batch_id).with_for_update(of=PaperBatch)
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def batches_of(round_: Round) -> list[BatchLine]:
    """The printed batches of a round as they are published, by label."""
    wanted = sa.select(PaperBatch).where(PaperBatch.round_id == round_.id, PaperBatch.printed_at.is_not(None))
    found = db.session.scalars(wanted.order_by(PaperBatch.label))
    return [BatchLine(e.label, e.stand, e.issued, e.used, e.spoiled, e.returned) for e in found]


def waiting_batches(round_: Round) -> int:
    """How many printed batches are not closed: the urn cannot be sealed before."""
    wanted = sa.select(sa.func.count()).where(
        PaperBatch.round_id == round_.id, PaperBatch.printed_at.is_not(None), PaperBatch.closed_at.is_(None)
    )
    return db.session.scalar(wanted) or 0


def undeposited(round_: Round) -> int:
    """How many signatures on paper were declared without a ballot when their batches were closed."""
    total = sa.select(sa.func.sum(PaperBatch.undeposited)).where(PaperBatch.round_id == round_.id)
    return db.session.scalar(total) or 0


def awaited(round_: Round) -> Awaited:
    """What the printed batches that are not closed hold back from the urn."""
    batches = list(
        db.session.scalars(
            sa.select(PaperBatch).where(
                PaperBatch.round_id == round_.id, PaperBatch.printed_at.is_not(None), PaperBatch.closed_at.is_(None)
            )
        )
    )
    signed, entered = signatures_of(batches), _entered(batches)
    return Awaited(
        sum(signed.values()),
        sum(max(0, signed[each.public_id] - entered.get(each.id, 0)) for each in batches),
    )


def _entered(batches: Sequence[PaperBatch]) -> dict[int, int]:
    """How many ballots of each batch are entered twice alike, by its row."""
    wanted = sa.select(PaperBallot.batch_id, sa.func.count()).where(
        PaperBallot.batch_id.in_([each.id for each in batches]), PaperBallot.agreed.is_(True)
    )
    return dict(db.session.execute(wanted.group_by(PaperBallot.batch_id)).all())


def signatures_of(batches: Sequence[PaperBatch]) -> dict[str, int]:
    """How many people signed for each of these batches, by its public identifier.

    Of a closed one its figures tell: once the urn is sealed, a signature no longer says for which batch it was.
    """
    keys = [each.public_id for each in batches if each.closed_at is None]
    wanted = sa.select(Signature.batch, sa.func.count()).where(Signature.batch.in_(keys)).group_by(Signature.batch)
    found = dict(db.session.execute(wanted).all())
    closed = {each.public_id: each.used + each.undeposited for each in batches if each.closed_at is not None}
    return {key: found.get(key, 0) for key in keys} | closed


def progress_of(batch: PaperBatch) -> Progress:
    """How far the entering of a batch is."""
    entered = sa.select(PaperBallot.agreed, PaperBallot.disputed).where(
        PaperBallot.batch_id == batch.id,
        sa.or_(PaperBallot.agreed, PaperBallot.choices_mac != "", PaperBallot.disputed != ""),
    )
    rows = list(db.session.execute(entered))
    disputed = tuple(sorted(number for agreed, number in rows if number and not agreed))
    agreed = sum(bool(agreed) for agreed, _number in rows)
    given_up = PaperBallot.batch_id == batch.id, PaperBallot.handed_back.is_(True)
    handed_back = db.session.scalar(sa.select(sa.func.count()).where(*given_up)) or 0
    return Progress(agreed, len(rows) - agreed - len(disputed), disputed, handed_back)


def locked_ballot(batch: PaperBatch, mac: str) -> PaperBallot | None:
    """A ballot of a batch, held until the transaction ends; None for a number that is none of its."""
    wanted = sa.select(PaperBallot).where(PaperBallot.number_mac == mac, PaperBallot.batch_id == batch.id)
    return db.session.scalars(lock(wanted).execution_options(populate_existing=True)).first()
