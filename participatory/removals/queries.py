"""What was taken out of votes, and who must still be told."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.opening import opening_of
from participatory.ballots.queries import signed_among
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.removals.models import Removal
from participatory.rolls.keys import pseudonyms_of, voters_by_key
from participatory.rounds.models import Round
from participatory.tally.linking import as_rows, stranded


@dataclass(frozen=True)
class Batch:
    """Some accounts in their order: those who had voted, and the last one looked at."""

    people: Sequence[Person]
    last: int


def removals_of(rounds: Sequence[Round]) -> dict[int, list[Removal]]:
    """What was taken out of the votes of these rounds, by row of the round, the latest first."""
    wanted = sa.select(Removal).where(Removal.round_id.in_([each.id for each in rounds]))
    found: dict[int, list[Removal]] = {}
    for removal in db.session.scalars(wanted.order_by(Removal.removed_at.desc(), Removal.id)):
        found.setdefault(removal.round_id, []).append(removal)
    return found


def removal_of(proposal: Proposal) -> Removal | None:
    """How a project was taken out of its vote, None for one that was not."""
    return db.session.scalars(sa.select(Removal).where(Removal.proposal_id == proposal.id)).first()


def held_proposal(public_id: str) -> Proposal:
    """The project of this identifier, its row held until the end of the transaction; raises Refusal (NOT_FOUND)."""
    wanted = lock(sa.select(Proposal).where(Proposal.public_id == public_id.replace("\0", "")))
    found = db.session.scalars(wanted.options(sa.orm.lazyload("*"))).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de projet à cette adresse."), Kind.NOT_FOUND)
    return found


def falling_with(proposal: Proposal) -> list[Proposal]:
    """The projects on the ballot that need this one, and could no longer be done without it."""
    opening = opening_of(proposal.round)
    there = {each.public_id: each for each in on_ballot(proposal.round) if each.id != proposal.id}
    lost = stranded(as_rows(opening.links), there) if opening else frozenset()
    return [there[each] for each in sorted(lost)]


def untold() -> list[Removal]:
    """The removals of which somebody may still have to be told, the oldest first."""
    return list(db.session.scalars(sa.select(Removal).where(Removal.told_at.is_(None)).order_by(Removal.id)))


def held_removal(removal_id: int) -> Removal:
    """A removal, its row held: two workers at once write to nobody twice."""
    wanted = lock(sa.select(Removal).where(Removal.id == removal_id)).options(sa.orm.lazyload("*"))
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def next_voters(removal: Removal, pepper: bytes, size: int) -> Batch | None:
    """The next accounts after `told_after`; None when all were looked at. No envelope is opened to know who voted.

    `pepper` is the secret of the round's pseudonyms.
    """
    wanted = sa.select(Person).where(Person.email.is_not(None), Person.merged_into_id.is_(None))
    wanted = wanted.where(Person.id > removal.told_after).options(sa.orm.selectinload(Person.known_as))
    people = list(db.session.scalars(wanted.order_by(Person.id).limit(size)))
    if not people:
        return None
    names = {person.id: pseudonyms_of(pepper, person) for person in people}
    voters = voters_by_key(removal.proposal.round, [name for each in names.values() for name in each])
    signed = signed_among([voter.id for voter in voters.values()])
    lines = {name for name, voter in voters.items() if voter.id in signed}
    return Batch([person for person in people if lines.intersection(names[person.id])], people[-1].id)
