"""Whose envelope is whose: computed with the link key when it is needed, and never stored.

After the sealing the key is destroyed, and everything here finds nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from participatory.ballots.models import Envelope, EnvelopeStatus, SettingAside, Signature
from participatory.ballots.rules import slot
from participatory.control.sealing import LINK
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.rolls.keys import pseudonyms_of, voters_with
from participatory.rolls.models import TwoSignatures, Voter
from participatory.rounds.models import Round
from participatory.rounds.rulebook import SetAsideMotive


@dataclass(frozen=True)
class Pair:
    """Two voters who have both signed and are one person.

    `envelopes` are the online ones, the last signed first; `on_paper` counts the ballots on paper, which nobody can
    tell apart; `cases` are those about the envelopes, whatever their motive.
    """

    key: str
    found_on: date
    envelopes: tuple[Envelope, ...]
    on_paper: int
    cases: tuple[SettingAside, ...]

    @property
    def is_settled(self) -> bool:
        """Whether two people decided about this pair, or one of its ballots at most would be sealed."""
        if any(case.outcome and case.motive == SetAsideMotive.DUPLICATE_IDENTITY for case in self.cases):
            return True
        return self.on_paper + sum(each.status == EnvelopeStatus.CAST for each in self.envelopes) < 2

    @property
    def to_question(self) -> Envelope | None:
        """The ballot about which a case is to be opened, None when each has one already or both are on paper."""
        known = {case.envelope_id for case in self.cases}
        return next((each for each in self.envelopes if each.id not in known), None)

    @property
    def waits(self) -> bool:
        """Whether a case is to be opened now: not while another one is open, which may settle the pair."""
        return not self.is_settled and all(case.outcome for case in self.cases)


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


def twins_of(round_: Round, voter: Voter) -> list[Voter]:
    """The other voters who have signed and turned out to be the same person, be it through a third one."""
    wanted = sa.select(TwoSignatures.voter_id, TwoSignatures.other_id).where(TwoSignatures.round_id == round_.id)
    pairs = [set(pair) for pair in db.session.execute(wanted)]
    numbers, before = {voter.id}, 0
    while len(numbers) > before:
        before = len(numbers)
        numbers.update(*(pair for pair in pairs if pair & numbers))
    signed = sa.select(Signature.voter_id).where(Signature.round_id == round_.id)
    others = sa.select(Voter).where(Voter.id.in_(numbers - {voter.id}), Voter.id.in_(signed))
    return list(db.session.scalars(others.order_by(Voter.id)))


def pairs_of(round_: Round, store: SecretStore) -> list[Pair]:
    """The pairs of signatures of one person in a round, the oldest first, each with its cases."""
    wanted = sa.select(TwoSignatures).where(TwoSignatures.round_id == round_.id)
    found = db.session.scalars(wanted.order_by(TwoSignatures.found_on, TwoSignatures.voter_id)).all()
    numbers = {number for pair in found for number in (pair.voter_id, pair.other_id)}
    voters = list(db.session.scalars(sa.select(Voter).where(Voter.id.in_(numbers))))
    held = envelopes_of(round_, voters, store)
    on_paper = sa.select(Signature.voter_id).where(Signature.round_id == round_.id, Signature.batch != "")
    paper = set(db.session.scalars(on_paper.where(Signature.voter_id.in_(numbers))))
    return list(_pairs(found, held, paper, _days(round_, list(held))))


def undecided_pairs(round_: Round, store: SecretStore) -> list[Pair]:
    """The pairs of which two ballots would be sealed although nobody decided that they are of two people."""
    return [pair for pair in pairs_of(round_, store) if not pair.is_settled]


def _pairs(
    found: Sequence[TwoSignatures], held: dict[int, Envelope], paper: set[int], days: dict[int, date]
) -> Iterator[Pair]:
    cases = cases_by_envelope([each.id for each in held.values()])
    for pair in found:
        numbers = sorted((each for each in (pair.voter_id, pair.other_id) if each in held), key=lambda each: days[each])
        envelopes = tuple(held[number] for number in reversed(numbers))
        about = tuple(cases[each.id] for each in envelopes if each.id in cases)
        on_paper = len(paper.intersection((pair.voter_id, pair.other_id)))
        yield Pair(f"{pair.voter_id}-{pair.other_id}", pair.found_on, envelopes, on_paper, about)


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
            # The one that may still be in question comes first: a ballot has one case at most.
            others = sorted((each for each in held if each != number), key=lambda each: held[each].id in cases)
            twin = next(iter(others), None)
            other = (held[twin], days[twin]) if twin is not None else (None, None)
            found.append(OwnCase(cases[envelope.id], envelope, days[number], *other))
    return found


def _days(round_: Round, voters: list[int]) -> dict[int, date]:
    rows = sa.select(Signature.voter_id, Signature.day).where(Signature.round_id == round_.id)
    return dict(db.session.execute(rows.where(Signature.voter_id.in_(voters))).all())
