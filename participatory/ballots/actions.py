"""The deeds of the vote: seal choices, cast a ballot, take it back, challenge it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.choosing import choices_fault, terms_of
from participatory.ballots.models import Challenge, Envelope, Signature, SpentKey, VoteOpening
from participatory.ballots.opening import must_have_opened, opening_of
from participatory.ballots.policy import can_vote, can_withdraw
from participatory.ballots.queries import offered, prices_on_ballot, titles_of
from participatory.ballots.rules import slot
from participatory.core.clock import paris
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.integrity.actions import forget, note
from participatory.integrity.observations import Observation
from participatory.integrity.rules import Act
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.rolls.keys import held_voters, pseudonyms_of
from participatory.rolls.models import Voter
from participatory.rolls.standing import voting
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.urn.document import BallotDocument, Choice, ContestBallot, to_bytes
from participatory.urn.receipts import receipt_code, receipt_of
from participatory.urn.sealing import OVERHEAD, Sealed, info, seal

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def seal_choices(
    round_: Round,
    opening: VoteOpening,
    voter: Voter,
    chosen: Mapping[str, Sequence[Choice]],
    trackers: Mapping[str, str] | None = None,
) -> tuple[Sealed, BallotDocument]:
    """Encrypt choices here, for a browser that cannot: `chosen` by contest, contests left blank absent or empty.

    `trackers` are the codes that the voter asked for, by contest. Writes nothing. Raises Refusal for
    choices that make no ballot, in the voter's words.
    """
    filled = {contest: tuple(choices) for contest, choices in chosen.items() if choices}
    refuse_if(_sitting_fault(round_, voter, filled))
    codes = trackers or {}
    document = BallotDocument(
        round_.public_id,
        round_.rulebook.ballot_kind.value,
        {contest: ContestBallot(choices, codes.get(contest, "")) for contest, choices in filled.items()},
    )
    bound = info(round_.public_id, opening.rulebook_digest)
    return seal(to_bytes(document, opening.padded_size), bytes.fromhex(opening.public_key), bound), document


def _sitting_fault(round_: Round, voter: Voter, filled: Mapping[str, Sequence[Choice]]) -> Refusal | None:
    if not filled:
        return Refusal(
            N_("Votre panier est vide : choisissez au moins un projet avant de déposer votre bulletin."), Kind.INVALID
        )
    own = round_.rulebook.contests_of(voter.site.slug)
    for contest, choices in filled.items():
        if contest not in own:
            return Refusal(N_("Cette enveloppe n’est pas celle de votre site."), Kind.INVALID)
        prices = prices_on_ballot(round_, contest)
        gone = titles_of(round_, [project for project, _value in choices if project not in prices][:1])
        for title in gone.values():
            return Refusal(
                N_("« %(title)s » n’est plus au vote. Retirez ce projet de votre panier, puis vérifiez de nouveau."),
                Kind.INVALID,
                title=title,
            )
        fault = choices_fault(choices, prices, terms_of(round_.rulebook, contest))
        if fault is not None:
            return fault
    return None


def cast(
    round_: Round,
    person: Person,
    ciphertext: bytes,
    *,
    key: str,
    now: datetime,
    store: SecretStore,
    observation: Observation | None = None,
    shown: str = "",
    **letter: str,
) -> str:
    """Put an encrypted ballot into the urn, or in the place of the voter's earlier one; gives its receipt.

    `key` is the idempotency key made with the page: sent twice, the deed is done once. `observation` says how it is
    done, None for who does not look. `shown` is what `offered` gave the page, empty where no page did. `letter` fills
    the confirmation, which never says the choices. Raises Refusal outside the vote, for somebody who is not on the
    roll, for a ballot of another size, for one that was opened for a check, for a page older than a removal.
    """
    round_ = _read_held(round_)
    voter = _hold_voter(round_, person, store)
    refuse_if(can_vote(round_, voter, now) or must_have_opened(round_))
    assert voter is not None
    place = slot(store.get("link", round_.public_id), round_.public_id, voter.pseudonym)
    known = _envelope_of_key(key)
    if known is not None:
        refuse_if(None if known.slot == place else _stale_page())
        return known.receipt
    refuse_if(_paper_refusal(round_, voter) or _left_since(round_, shown))
    receipt = receipt_of(ciphertext)
    refuse_if(_ciphertext_fault(round_, ciphertext, receipt, place))
    _sign(round_, voter, now)
    _put(round_, voter, place, ciphertext, key)
    if observation is not None:
        note(round_, Act.BALLOT, place, observation, site=voter.site.slug)
    values = {"receipt": receipt_code(receipt), "vote": round_.public_id, **letter}
    enqueue(person.email, "ballot_cast", person.locale, now, **values)
    # The journal names nobody: an actor beside a receipt would join a person to a ballot.
    record(Verb.BALLOT_CAST, SYSTEM, now, round=round_.public_id, receipt=receipt)
    return receipt


def withdraw(round_: Round, person: Person, now: datetime, store: SecretStore, **letter: str) -> None:
    """Take the voter's ballot out of the urn and their signature off the roll: they have not voted.

    Raises Refusal outside the vote, without a ballot in the urn, and for a vote on paper.
    """
    round_ = _read_held(round_)
    voter = _hold_voter(round_, person, store)
    refuse_if(can_vote(round_, voter, now) or must_have_opened(round_))
    assert voter is not None
    refuse_if(_paper_refusal(round_, voter))
    place = slot(store.get("link", round_.public_id), round_.public_id, voter.pseudonym)
    envelope = _envelope_at(round_, place)
    refuse_if(can_withdraw(envelope))
    assert envelope is not None
    receipt = envelope.receipt
    db.session.add(SpentKey(digest=_digest(envelope.idempotency_key)))
    db.session.delete(envelope)
    forget(round_, Act.BALLOT, place)
    db.session.execute(sa.delete(Signature).where(Signature.round_id == round_.id, Signature.voter_id == voter.id))
    enqueue(person.email, "ballot_withdrawn", person.locale, now, vote=round_.public_id, **letter)
    record(Verb.BALLOT_WITHDRAWN, SYSTEM, now, round=round_.public_id, receipt=receipt)


def challenge(round_: Round, person: Person, ciphertext: bytes, now: datetime, store: SecretStore) -> str:
    """Note that this encrypted ballot is opened for a check and can never be cast; gives its receipt.

    Doing it again changes nothing. Raises Refusal outside the vote, off the roll, and for a ballot of the urn.
    """
    round_ = _read_held(round_)
    refuse_if(can_vote(round_, _hold_voter(round_, person, store), now) or must_have_opened(round_))
    receipt = receipt_of(ciphertext)
    if db.session.get(Challenge, receipt) is not None:
        return receipt
    refuse_if(_size_fault(round_, ciphertext))
    if db.session.scalar(sa.select(Envelope.id).where(Envelope.receipt == receipt)) is not None:
        raise Refusal(N_("Ce bulletin est dans l’urne : l’ouvrir montrerait vos choix. Contrôlez-en un autre."))
    db.session.add(Challenge(receipt=receipt, round_id=round_.id, ciphertext=ciphertext))
    db.session.flush()
    record(Verb.BALLOT_CHALLENGED, SYSTEM, now, round=round_.public_id, receipt=receipt)
    return receipt


def _read_held(round_: Round) -> Round:
    # Shared on PostgreSQL: ballots do not wait for one another, and the closing waits for those under way.
    held = sa.select(Round).where(Round.id == round_.id).with_for_update(read=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def _hold_voter(round_: Round, person: Person, store: SecretStore) -> Voter | None:
    """The voter in whose name this person votes: of several, the one who has signed, so that nobody votes twice."""
    names = pseudonyms_of(store.get("pepper", round_.public_id), person)
    voter, _twice = voting(held_voters(round_, names))
    return voter


def _envelope_of_key(key: str) -> Envelope | None:
    if not _KEY.fullmatch(key):
        raise _stale_page()
    if db.session.get(SpentKey, _digest(key)) is not None:
        raise Refusal(N_("Ce bulletin a été remplacé depuis par un autre : c’est le plus récent qui compte."))
    return db.session.scalars(sa.select(Envelope).where(Envelope.idempotency_key == key)).first()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _stale_page() -> Refusal:
    return Refusal(N_("Cette page de vérification a expiré : rouvrez-la depuis votre panier."), Kind.INVALID)


def _left_since(round_: Round, shown: str) -> Refusal | None:
    if shown in ("", offered(round_)):
        return None
    return Refusal(
        N_("Un projet a été retiré du vote pendant que vous vérifiiez votre bulletin : vérifiez-le à nouveau.")
    )


def _paper_refusal(round_: Round, voter: Voter) -> Refusal | None:
    signature = db.session.get(Signature, (round_.id, voter.id))
    if signature is not None and signature.batch:
        return Refusal(N_("Vous avez voté sur papier, à un stand : ce bulletin-là compte, et un seul."))
    return None


def _size_fault(round_: Round, ciphertext: bytes) -> Refusal | None:
    opening = opening_of(round_)
    assert opening is not None
    if len(ciphertext) == opening.padded_size + OVERHEAD:
        return None
    return Refusal(N_("Ce bulletin est incomplet : revenez à votre panier, puis déposez-le de nouveau."), Kind.INVALID)


def _ciphertext_fault(round_: Round, ciphertext: bytes, receipt: str, place: str) -> Refusal | None:
    found = _size_fault(round_, ciphertext)
    if found is not None:
        return found
    if db.session.get(Challenge, receipt) is not None:
        return Refusal(
            N_("Ce bulletin a été ouvert pour contrôle : il ne peut plus compter. Refaites-en un depuis votre panier.")
        )
    held = db.session.scalar(sa.select(Envelope.slot).where(Envelope.receipt == receipt))
    return _stale_page() if held is not None and held != place else None


def _sign(round_: Round, voter: Voter, now: datetime) -> None:
    if db.session.get(Signature, (round_.id, voter.id)) is None:
        db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=paris(now).date()))


def _envelope_at(round_: Round, place: str) -> Envelope | None:
    wanted = sa.select(Envelope).where(Envelope.round_id == round_.id, Envelope.slot == place)
    return db.session.scalars(lock(wanted)).first()


def _area(round_: Round, voter: Voter) -> str:
    own = round_.rulebook.contest_of(voter.site.slug)
    return "" if own == MAIN_CONTEST else own


def _put(round_: Round, voter: Voter, place: str, ciphertext: bytes, key: str) -> None:
    envelope = _envelope_at(round_, place)
    if envelope is None:
        envelope = Envelope(round_id=round_.id, slot=place, version=0)
        db.session.add(envelope)
    else:
        db.session.add(SpentKey(digest=_digest(envelope.idempotency_key)))
    # A new identifier each time: what somebody noted of the earlier ballot leads nowhere.
    envelope.id = public_id(20)
    envelope.ciphertext, envelope.receipt, envelope.idempotency_key = ciphertext, receipt_of(ciphertext), key
    envelope.area = _area(round_, voter)
    envelope.version += 1
