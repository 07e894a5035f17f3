"""The keys of a voter: one pseudonym for each identifier under which they may come in."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.rolls.models import Voter, VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round


def pseudonyms_of(pepper: bytes, person: Person) -> tuple[str, ...]:
    """Every pseudonym of a person in a round, the strongest identifier first; `pepper` is the round's secret."""
    return tuple(pseudonym(pepper, identifier) for identifier in person.identifiers)


def voters_by_key(round_: Round, pseudonyms: Iterable[str], *, afresh: bool = False) -> dict[str, Voter]:
    """The voter whom each of these pseudonyms names in a round, in their order; those that name nobody are left out.

    `afresh`: what the session had read before is read again.
    """
    wanted = list(pseudonyms)
    found = sa.select(VoterKey.pseudonym, Voter).join(Voter, Voter.id == VoterKey.voter_id)
    found = found.where(VoterKey.round_id == round_.id, VoterKey.pseudonym.in_(wanted))
    rows = db.session.execute(found.execution_options(populate_existing=afresh))
    named = {row[0]: row[1] for row in rows}
    return {each: named[each] for each in wanted if each in named}


def voters_with(round_: Round, pseudonyms: Iterable[str]) -> list[Voter]:
    """The voters whom these pseudonyms name in a round, in their order, each once."""
    return list(dict.fromkeys(voters_by_key(round_, pseudonyms).values()))


def held_voters(round_: Round, pseudonyms: Sequence[str]) -> list[Voter]:
    """The same voters, read as they now are and held until the transaction ends."""
    held: set[int] = set()
    while True:
        found = list(dict.fromkeys(voters_by_key(round_, pseudonyms, afresh=True).values()))
        if {voter.id for voter in found} <= held:
            return found
        # Two of them may have become one while the lock was waited for: the keys are read again, and the rows in a
        # statement of their own, since PostgreSQL would join the row that it waited for with what it saw before.
        held |= {voter.id for voter in found}
        rows = sa.select(Voter.id).where(Voter.id.in_(held)).order_by(Voter.id).with_for_update()
        db.session.execute(rows).all()
