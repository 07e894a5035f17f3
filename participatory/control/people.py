"""Finding the accounts of voters, to write to them: the roll knows pseudonyms alone, so accounts are asked one by one.

Nothing of what is found here is stored.
"""

from collections import defaultdict
from collections.abc import Collection, Set

import sqlalchemy as sa

from participatory.ballots.models import Signature
from participatory.core.database import db
from participatory.identity.models import Person, PersonIdentifier
from participatory.rolls.models import VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round

_BATCH = 500


def people_who_signed(round_: Round, pepper: bytes) -> list[Person]:
    """The accounts of everybody who has signed the roll of a round; `pepper` is the round's secret."""
    signed = sa.select(Signature.voter_id).where(Signature.round_id == round_.id)
    return _known_by(sa.select(VoterKey.pseudonym).where(VoterKey.voter_id.in_(signed)), pepper)


def people_by_voter(voter_ids: Collection[int], pepper: bytes) -> dict[int, list[Person]]:
    """The accounts whose identifiers lead to one of these voters, by voter; `pepper` is the secret of their round."""
    wanted = sa.select(VoterKey.pseudonym, VoterKey.voter_id).where(VoterKey.voter_id.in_(voter_ids))
    voters = dict(db.session.execute(wanted).all())
    found: defaultdict[int, list[Person]] = defaultdict(list)
    for person in _known(voters.keys(), pepper):
        for voter in {voters[name] for each in person.identifiers if (name := pseudonym(pepper, each)) in voters}:
            found[voter].append(person)
    return found


def _known_by(pseudonyms: sa.Select[str], pepper: bytes) -> list[Person]:
    return _known(frozenset(db.session.scalars(pseudonyms)), pepper)


def _known(keys: Set[str], pepper: bytes) -> list[Person]:
    found = [
        number for number, names in _identifiers().items() if any(pseudonym(pepper, each) in keys for each in names)
    ]
    people: list[Person] = []
    for start in range(0, len(found), _BATCH):
        wanted = sa.select(Person).where(Person.id.in_(found[start : start + _BATCH]), Person.merged_into_id.is_(None))
        people += db.session.scalars(wanted.order_by(Person.id))
    return people


def _identifiers() -> dict[int, list[str]]:
    """The identifiers of every account, by its number: plain rows, since there may be a hundred thousand."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    addresses = sa.select(Person.id, Person.email).where(Person.email.is_not(None))
    for number, value in db.session.execute(
        addresses.union_all(sa.select(PersonIdentifier.person_id, PersonIdentifier.value))
    ):
        names[number].append(str(value))
    return names
