"""Whose envelope is whose: computed with the link key when it is needed, and never stored.

After the sealing the key is destroyed, and everything here finds nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from participatory.ballots.models import Envelope, SettingAside, Signature
from participatory.ballots.rules import slot
from participatory.control.sealing import LINK
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.rolls.keys import pseudonyms_of, voters_with
from participatory.rolls.models import TwoSignatures, Voter
from participatory.rounds.models import Round


@dataclass(frozen=True)
class Pair:
    """Two voters who have both signed and are one person; `envelopes` are the online ones, the last signed first."""

    key: str
    found_on: date
    envelopes: tuple[Envelope, ...]
    case: SettingAside | None


@dataclass(frozen=True)
class OwnCase:
    """A case about a ballot of the person who reads, and that ballot; `other` is their second one, None for none."""

    case: SettingAside
    envelope: Envelope
    signed_on: date
    other: Envelope | None
    other_signed_on: date | None


def envelopes_of(round_: Round, voters: list[Voter], store: SecretStore) -> dict[int, Envelope]:
    """The envelope of each of these voters, by the voter's number; those who voted on paper have none."""
    key = store.find(LINK, round_.public_id)
    if key is None:
        return {}
    places = {slot(key, round_.public_id, voter.pseudonym): voter.id for voter in voters}
    wanted = sa.select(Envelope).where(Envelope.round_id == round_.id, Envelope.slot.in_(list(places)))
    return {places[each.slot]: each for each in db.session.scalars(wanted.where(Envelope.batch == ""))}


def voter_of_envelope(round_: Round, envelope: Envelope, store: SecretStore) -> Voter | None:
    """Whose envelope this is: the roll is tried until one slot fits."""
    key = store.find(LINK, round_.public_id)
    if key is None:
        return None
    signed = sa.select(Voter.id, Voter.pseudonym).join(Signature, Signature.voter_id == Voter.id)
    for number, pseudonym in db.session.execute(signed.where(Signature.round_id == round_.id)):
        if slot(key, round_.public_id, pseudonym) == envelope.slot:
            return db.session.get(Voter, number)
    return None


def twins_of(round_: Round, voter: Voter) -> list[Voter]:
    """The other voters who have signed and turned out to be the same person."""
    pairs = sa.select(TwoSignatures.voter_id, TwoSignatures.other_id).where(TwoSignatures.round_id == round_.id)
    pairs = pairs.where(sa.or_(TwoSignatures.voter_id == voter.id, TwoSignatures.other_id == voter.id))
    numbers = {number for pair in db.session.execute(pairs) for number in pair} - {voter.id}
    return list(db.session.scalars(sa.select(Voter).where(Voter.id.in_(numbers)).order_by(Voter.id)))


def pairs_of(round_: Round, store: SecretStore) -> list[Pair]:
    """The pairs of signatures of one person in a round, the oldest first, each with its case if there is one."""
    wanted = sa.select(TwoSignatures).where(TwoSignatures.round_id == round_.id)
    found = db.session.scalars(wanted.order_by(TwoSignatures.found_on, TwoSignatures.voter_id)).all()
    numbers = {number for pair in found for number in (pair.voter_id, pair.other_id)}
    voters = list(db.session.scalars(sa.select(Voter).where(Voter.id.in_(numbers))))
    held = envelopes_of(round_, voters, store)
    return list(_pairs(found, held, _days(round_, list(held))))


def _pairs(found: Sequence[TwoSignatures], held: dict[int, Envelope], days: dict[int, date]) -> Iterator[Pair]:
    cases = cases_by_envelope([each.id for each in held.values()])
    for pair in found:
        numbers = sorted((each for each in (pair.voter_id, pair.other_id) if each in held), key=lambda each: days[each])
        envelopes = tuple(held[number] for number in reversed(numbers))
        case = next((cases[each.id] for each in envelopes if each.id in cases), None)
        yield Pair(f"{pair.voter_id}-{pair.other_id}", pair.found_on, envelopes, case)


def cases_by_envelope(ids: list[str]) -> dict[str, SettingAside]:
    """The cases about these envelopes."""
    wanted = sa.select(SettingAside).where(SettingAside.envelope_id.in_(ids))
    return {case.envelope_id: case for case in db.session.scalars(wanted)}


def own_cases(round_: Round, person: Person, store: SecretStore) -> list[OwnCase]:
    """The cases about ballots of a person in a round."""
    pepper = store.find("pepper", round_.public_id)
    if pepper is None:
        return []
    voters = voters_with(round_, pseudonyms_of(pepper, person))
    held = envelopes_of(round_, voters, store)
    cases = cases_by_envelope([each.id for each in held.values()])
    days = _days(round_, list(held))
    found = []
    for number, envelope in held.items():
        if envelope.id in cases:
            twin = next((other for other in held if other != number), None)
            other = (held[twin], days[twin]) if twin is not None else (None, None)
            found.append(OwnCase(cases[envelope.id], envelope, days[number], *other))
    return found


def _days(round_: Round, voters: list[int]) -> dict[int, date]:
    rows = sa.select(Signature.voter_id, Signature.day).where(Signature.round_id == round_.id)
    return dict(db.session.execute(rows.where(Signature.voter_id.in_(voters))).all())
