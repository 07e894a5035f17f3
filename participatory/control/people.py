"""Finding the accounts of voters, to write to them: the roll knows pseudonyms alone, so accounts are asked one by one.

Nothing of what is found here is stored.
"""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participatory.ballots.models import Signature
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.rolls.keys import pseudonyms_of
from participatory.rolls.models import VoterKey
from participatory.rounds.models import Round

_BATCH = 1000


def people_who_signed(round_: Round, pepper: bytes) -> Iterator[Person]:
    """The accounts of everybody who has signed the roll of a round; `pepper` is the round's secret."""
    signed = sa.select(Signature.voter_id).where(Signature.round_id == round_.id)
    return _known_by(sa.select(VoterKey.pseudonym).where(VoterKey.voter_id.in_(signed)), pepper)


def people_of(voter_ids: Collection[int], pepper: bytes) -> list[Person]:
    """The accounts whose identifiers lead to one of these voters; `pepper` is the secret of their round."""
    return list(_known_by(sa.select(VoterKey.pseudonym).where(VoterKey.voter_id.in_(voter_ids)), pepper))


def _known_by(pseudonyms: sa.Select[str], pepper: bytes) -> Iterator[Person]:
    keys = frozenset(db.session.scalars(pseudonyms))
    last = 0
    while keys:
        wanted = sa.select(Person).where(Person.id > last, Person.merged_into_id.is_(None)).order_by(Person.id)
        found = db.session.scalars(wanted.limit(_BATCH).options(selectinload(Person.known_as))).all()
        if not found:
            return
        yield from (person for person in found if not keys.isdisjoint(pseudonyms_of(pepper, person)))
        last = found[-1].id
