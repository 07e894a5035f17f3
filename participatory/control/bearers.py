"""Whose envelopes these are, many at once: the roll is read once, and so are the accounts. Nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.models import Envelope, Signature
from participatory.ballots.rules import slot
from participatory.control.people import people_by_voter
from participatory.control.sealing import LINK
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.rolls.models import Voter
from participatory.rounds.models import Round

_BATCH = 500


@dataclass(frozen=True)
class Bearers:
    """The voter of each slot, and the accounts that lead to each voter."""

    voters: Mapping[str, Voter]
    accounts: Mapping[int, list[Person]]

    def voter(self, envelope: Envelope) -> Voter | None:
        """Whose envelope this is; None when the roll does not say."""
        return self.voters.get(envelope.slot)

    def people(self, envelope: Envelope) -> list[Person]:
        """The accounts that lead to this envelope."""
        return self.people_at(envelope.slot)

    def people_at(self, place: str) -> list[Person]:
        """The accounts that lead to this slot."""
        voter = self.voters.get(place)
        return self.accounts.get(voter.id, []) if voter is not None else []


def bearers_of(round_: Round, envelopes: Iterable[Envelope], store: SecretStore) -> Bearers:
    """The voters of these envelopes, and their accounts; nobody once the link key is destroyed."""
    return bearers_at(round_, {each.slot for each in envelopes}, store)


def bearers_at(round_: Round, places: Iterable[str], store: SecretStore) -> Bearers:
    """The same from slots."""
    voters = voters_at(round_, places, store)
    numbers = [voter.id for voter in voters.values()]
    if not numbers:
        return Bearers(voters, {})
    return Bearers(voters, people_by_voter(numbers, store.get("pepper", round_.public_id)))


def voters_at(round_: Round, places: Iterable[str], store: SecretStore) -> dict[str, Voter]:
    """The voter of each of these slots: the roll is tried until all are found."""
    key, left = store.find(LINK, round_.public_id), set(places)
    if key is None or not left:
        return {}
    numbers: dict[int, str] = {}
    signed = sa.select(Voter.id, Voter.pseudonym).join(Signature, Signature.voter_id == Voter.id)
    rows = db.session.execute(signed.where(Signature.round_id == round_.id).execution_options(yield_per=5000))
    for number, pseudonym in rows:
        place = slot(key, round_.public_id, pseudonym)
        if place in left:
            numbers[number] = place
            left.discard(place)
            if not left:
                break
    rows.close()
    ids = list(numbers)
    found: dict[str, Voter] = {}
    for start in range(0, len(ids), _BATCH):
        wanted = sa.select(Voter).where(Voter.id.in_(ids[start : start + _BATCH]))
        found.update({numbers[voter.id]: voter for voter in db.session.scalars(wanted)})
    return found
