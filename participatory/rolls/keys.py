"""The keys of a voter: one pseudonym for each identifier under which they may come in."""

from collections.abc import Iterable

import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.rolls.models import Voter, VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round


def pseudonyms_of(pepper: bytes, person: Person) -> tuple[str, ...]:
    """Every pseudonym of a person in a round, the strongest identifier first; `pepper` is the round's secret."""
    return tuple(pseudonym(pepper, identifier) for identifier in person.identifiers)


def voters_with(round_: Round, pseudonyms: Iterable[str]) -> list[Voter]:
    """The voters whom these pseudonyms name in a round, in their order, each once."""
    wanted = list(pseudonyms)
    found = sa.select(VoterKey.pseudonym, Voter).join(Voter, Voter.id == VoterKey.voter_id)
    found = found.where(VoterKey.round_id == round_.id, VoterKey.pseudonym.in_(wanted))
    by_pseudonym = dict(db.session.execute(found).all())
    return list(dict.fromkeys(by_pseudonym[each] for each in wanted if each in by_pseudonym))
