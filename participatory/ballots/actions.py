"""The deeds of the vote: cast a ballot, close the vote."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import Ballot, Closing, Signature, SpentKey
from participatory.ballots.policy import can_close_vote, can_vote
from participatory.ballots.queries import closing_of, count_ballots, count_signatures, prices_on_ballot, titles_of
from participatory.ballots.rules import ballot_fault, document, receipt_code, receipt_of, slot
from participatory.core.clock import paris
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.rolls.keys import held_voters, pseudonyms_of
from participatory.rolls.models import Voter
from participatory.rolls.standing import voting
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def cast(
    round_: Round,
    person: Person,
    chosen: Sequence[str],
    *,
    key: str,
    now: datetime,
    store: SecretStore,
    **letter: str,
) -> str:
    """Put a ballot into the urn, or in the place of the voter's earlier one; gives its receipt, in hexadecimal.

    `key` is the idempotency key made with the page: sent twice, the deed is done once.
    `letter` fills the confirmation, which never says the choices. Raises Refusal outside
    the vote, for somebody who is not on the roll, and for choices that make no ballot.
    """
    round_ = _read_held(round_)
    voter = _hold_voter(round_, person, store)
    refuse_if(Refusal(N_("Le vote de ce budget est clos.")) if closing_of(round_) else can_vote(round_, voter, now))
    assert voter is not None
    place = slot(store.get("link", round_.public_id), round_.public_id, voter.pseudonym)
    known = _ballot_of_key(key)
    if known is not None:
        refuse_if(None if known.slot == place else _stale_page())
        return known.receipt
    refuse_if(_choices_fault(round_, chosen))
    text = document(round_.public_id, round_.rulebook.ballot_kind, chosen, secrets.token_hex(16))
    receipt = receipt_of(text)
    _sign(round_, voter, now)
    _put(round_, place, text, receipt, key)
    enqueue(person.email, "ballot_cast", person.locale, now, receipt=receipt_code(receipt), **letter)
    # The journal names nobody: an actor beside a receipt would join a person to a ballot.
    record(Verb.BALLOT_CAST, SYSTEM, now, round=round_.public_id, receipt=receipt)
    return receipt


def close_vote(round_: Round, officer: Person, now: datetime) -> Closing:
    """End the vote once its time is over, when as many people have signed as there are ballots.

    Raises Refusal for another role, before the control phase, the second time, and when
    the figures differ: it gives both.
    """
    round_ = locked_round(round_.id)
    refuse_if(can_close_vote(round_, officer, closing_of(round_), now))
    signatures, ballots = count_signatures(round_), count_ballots(round_)
    if signatures != ballots:
        raise Refusal(
            N_(
                "La liste porte %(signatures)s signatures, l’urne contient %(ballots)s bulletins : "
                "le vote ne peut pas être clos."
            ),
            signatures=signatures,
            ballots=ballots,
        )
    closing = Closing(
        round_id=round_.id, signatures=signatures, ballots=ballots, closed_by=officer.public_id, closed_at=now
    )
    db.session.add(closing)
    db.session.flush()
    record(Verb.VOTE_CLOSED, officer.public_id, now, round=round_.public_id, signatures=signatures, ballots=ballots)
    return closing


def _read_held(round_: Round) -> Round:
    # Shared on PostgreSQL: ballots do not wait for one another, and the closing waits for those under way.
    held = sa.select(Round).where(Round.id == round_.id).with_for_update(read=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def _hold_voter(round_: Round, person: Person, store: SecretStore) -> Voter | None:
    """The voter in whose name this person votes: of several, the one who has signed, so that nobody votes twice."""
    names = pseudonyms_of(store.get("pepper", round_.public_id), person)
    voter, _twice = voting(held_voters(round_, names))
    return voter


def _ballot_of_key(key: str) -> Ballot | None:
    if not _KEY.fullmatch(key):
        raise _stale_page()
    if db.session.get(SpentKey, _digest(key)) is not None:
        raise Refusal(N_("Ce bulletin a été remplacé depuis par un autre : c’est le plus récent qui compte."))
    return db.session.scalars(sa.select(Ballot).where(Ballot.idempotency_key == key)).first()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _stale_page() -> Refusal:
    return Refusal(N_("Cette page de vérification a expiré : rouvrez-la depuis votre panier."), Kind.INVALID)


def _choices_fault(round_: Round, chosen: Sequence[str]) -> Refusal | None:
    prices = prices_on_ballot(round_)
    gone = titles_of(round_, [project for project in chosen if project not in prices][:1])
    for title in gone.values():
        return Refusal(
            N_("« %(title)s » n’est plus au vote. Retirez ce projet de votre panier, puis vérifiez de nouveau."),
            Kind.INVALID,
            title=title,
        )
    return ballot_fault(chosen, prices, round_.rulebook)


def _sign(round_: Round, voter: Voter, now: datetime) -> None:
    if db.session.get(Signature, (round_.id, voter.id)) is None:
        db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=paris(now).date()))


def _put(round_: Round, place: str, text: str, receipt: str, key: str) -> None:
    ballot = db.session.scalars(
        lock(sa.select(Ballot).where(Ballot.round_id == round_.id, Ballot.slot == place))
    ).first()
    if ballot is None:
        ballot = Ballot(round_id=round_.id, slot=place, version=0)
        db.session.add(ballot)
    else:
        db.session.add(SpentKey(digest=_digest(ballot.idempotency_key)))
    # A new identifier each time: what somebody noted of the earlier ballot leads nowhere.
    ballot.id = public_id(20)
    ballot.document, ballot.receipt, ballot.idempotency_key = text, receipt, key
    ballot.version += 1
