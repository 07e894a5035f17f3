"""The counter of paper ballots: who may be given one, the roll signed, a signature taken back."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import Signature
from participatory.ballots.queries import has_signed
from participatory.core.clock import paris
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.printed_codes.queries import voter_at
from participatory.printed_codes.rules import readings
from participatory.rolls.keys import held_voters, voters_with
from participatory.rolls.models import Voter
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round
from participatory.stands import policy, queries
from participatory.stands.models import PaperBatch
from participatory.stands.rules import CancelReason, Standing, number_in, number_mac

# The secrets of the installation and of the round under which an identifier is looked for.
Peppers = tuple[bytes, bytes]


def look_up(batch: PaperBatch, by: Person, now: datetime, *, identifier: str, peppers: Peppers) -> tuple[Standing, str]:
    """What the counter may know of somebody, and the pseudonym of who may be given a ballot ("" for others).

    The journal keeps that the roll was looked at for this batch, never for whom.
    """
    refuse_if(policy.can_serve(by, batch, now))
    voter = _voter(batch, identifier, peppers, "identifier")
    record(Verb.ROLL_LOOKED_UP, by.public_id, now, round=batch.round.public_id, batch=batch.label)
    standing = _standing(batch, voter)
    return standing, voter.pseudonym if voter is not None and standing is Standing.MAY_VOTE else ""


def sign_on_paper(batch: PaperBatch, by: Person, who: str, now: datetime) -> None:
    """Sign the roll for somebody who is handed a ballot of this batch; `who` is their pseudonym.

    Raises Refusal outside the vote, when they have voted meanwhile, and when every ballot was handed out.
    """
    round_ = _held_round(batch.round)
    held = queries.locked_batch(batch.id)
    refuse_if(policy.can_serve(by, held, now))
    voter = next(iter(held_voters(round_, [who])), None)
    standing = _standing(held, voter)
    if voter is None or standing is not Standing.MAY_VOTE:
        raise _refused(standing)
    if queries.signatures_of([held])[held.public_id] >= held.issued - queries.progress_of(held).handed_back:
        raise Refusal(N_("Autant de personnes ont signé que ce lot a de bulletins : prenez un autre lot."))
    # The day alone, as online: the order of signatures would tell who voted when.
    db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=paris(now).date(), batch=held.public_id))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise _refused(Standing.HAS_VOTED) from error


def cancel_signature(
    batch: PaperBatch,
    by: Person,
    now: datetime,
    *,
    identifier: str,
    number: str,
    reason: CancelReason,
    peppers: Peppers,
    key: bytes,
) -> None:
    """Take back a signature of this batch: its voter has not voted. The journal says why, and not whose.

    `number` is that of a blank ballot given up for it, which is then never entered; `key` is the secret « paper » of
    the round. Raises Refusal once the vote is over, for a number that was given up or entered already, and for
    somebody who has not signed for this batch.
    """
    _held_round(batch.round)
    held = queries.locked_batch(batch.id)
    refuse_if(policy.can_cancel(by, held, now))
    voter = _voter(held, identifier, peppers, "signed")
    _give_up(held, number, key)
    own = Signature.round_id == held.round_id, Signature.batch == held.public_id
    gone = sa.delete(Signature).where(*own, Signature.voter_id == (voter.id if voter else 0))
    if not db.session.execute(gone.returning(Signature.voter_id)).all():
        raise Refusal(N_("Cette personne n’a pas signé pour ce lot."), Kind.INVALID, "signed")
    record(
        Verb.PAPER_SIGNATURE_CANCELLED,
        by.public_id,
        now,
        round=held.round.public_id,
        batch=held.label,
        reason=reason.value,
    )


def _give_up(batch: PaperBatch, typed: str, key: bytes) -> None:
    """Without a sheet given up for it, a cancelled signature would leave two ballots for one person in the urn."""
    ballot = queries.locked_ballot(batch, number_mac(key, number_in(typed)))
    if ballot is None:
        raise Refusal(N_("Ce numéro n’est pas celui d’un bulletin de ce lot."), Kind.INVALID, "number")
    if ballot.handed_back:
        raise Refusal(N_("Ce bulletin a déjà été rendu pour une autre signature."), Kind.INVALID, "number")
    if ballot.agreed or ballot.choices_mac or ballot.disputed:
        raise Refusal(N_("Ce bulletin est déjà saisi : il était dans l’urne."), Kind.INVALID, "number")
    ballot.handed_back = True
    db.session.flush()


def _voter(batch: PaperBatch, identifier: str, peppers: Peppers, field: str) -> Voter | None:
    of_installation, of_round = peppers
    try:
        shown = readings(identifier, batch.establishment.uai if batch.establishment else "", of_installation)
    except Refusal as refusal:
        raise Refusal(refusal.message, refusal.kind, field, **refusal.values) from refusal
    return next(_named(batch, [pseudonym(of_round, each.on_roll) for each in shown]), None)


def _named(batch: PaperBatch, names: list[str]) -> Iterator[Voter]:
    if batch.establishment is None:
        yield from voters_with(batch.round, names)
        return
    for name in names:
        voter = voter_at(batch.round, batch.establishment, name)
        if voter is not None:
            yield voter


def _standing(batch: PaperBatch, voter: Voter | None) -> Standing:
    if voter is None or voter.round_id != batch.round_id:
        return Standing.NOT_ON_ROLL
    if has_signed(voter):
        return Standing.HAS_VOTED
    book = batch.round.rulebook
    same = book.contest_of(voter.site.slug) == book.contest_of(batch.site.slug)
    return Standing.MAY_VOTE if same else Standing.OTHER_BALLOT


def _refused(standing: Standing) -> Refusal:
    sentences = {
        Standing.HAS_VOTED: N_("Cette personne a déjà voté : ne lui remettez pas de bulletin."),
        Standing.OTHER_BALLOT: N_("Cette personne vote pour un autre site : il lui faut un bulletin de ce site."),
    }
    return Refusal(sentences.get(standing, N_("Cette personne n’est pas sur la liste électorale de ce budget.")))


def _held_round(round_: Round) -> Round:
    # Shared on PostgreSQL, as for a ballot cast online: the closing waits for the signatures under way.
    held = sa.select(Round).where(Round.id == round_.id).with_for_update(read=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).one()
