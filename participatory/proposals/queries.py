"""Finding proposals, each function named for the question that it answers."""

from collections.abc import Collection

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.territories.models import Department, Site


def _found(proposal: Proposal | None) -> Proposal:
    if proposal is None:
        raise Refusal(N_("Il n’y a pas de projet à cette adresse."), Kind.NOT_FOUND)
    return proposal


def proposal_by_slug(slug: str) -> Proposal:
    """The proposal at this address; its identifier leads to it too, since a draft has no other address.

    Raises Refusal (NOT_FOUND).
    """
    # PostgreSQL refuses a text that holds a NUL: no address does.
    bare = slug.replace("\0", "")
    wanted = sa.select(Proposal).where(sa.or_(Proposal.slug == bare, Proposal.public_id == bare))
    return _found(
        db.session.scalars(
            wanted.order_by((Proposal.slug == bare).desc()).options(sa.orm.joinedload(Proposal.round))
        ).first()
    )


def within(reach: frozenset[Scope] | None) -> sa.ColumnElement[bool]:
    """The proposals that a permission bears on, for lists: `Proposal.scopes` said to the database.

    `reach` is what `Person.reach` gives: None for all. A project of the whole region belongs to no territory.
    """
    if reach is None:
        return sa.true()
    rounds = [scope.key for scope in reach if scope.kind is ScopeKind.ROUND]
    places = [scope.key for scope in reach if scope.kind is ScopeKind.TERRITORY]
    here = sa.or_(Site.slug.in_(places), Site.department_code.in_(places))
    return sa.or_(Proposal.round.has(Round.public_id.in_(rounds)), Proposal.site.has(here))


def slug_taken(slug: str) -> bool:
    """Whether another proposal already has this address."""
    return db.session.scalar(sa.select(Proposal.id).where(Proposal.slug == slug)) is not None


def _waiting(state: State, round_: Round | None) -> list[Proposal]:
    waiting = sa.select(Proposal).where(Proposal.state_code == state.value)
    if round_ is not None:
        waiting = waiting.where(Proposal.round_id == round_.id)
    loaded = waiting.options(
        sa.orm.joinedload(Proposal.round),
        sa.orm.joinedload(Proposal.author),
    )
    return list(db.session.scalars(loaded.order_by(Proposal.submitted_at, Proposal.id)))


def awaiting_moderation(round_: Round | None = None) -> list[Proposal]:
    """The proposals that an association must read, oldest submission first."""
    return _waiting(State.SUBMITTED, round_)


def awaiting_appraisal(round_: Round | None = None) -> list[Proposal]:
    """The admitted proposals whose feasibility and cost the Region must say, oldest submission first."""
    return _waiting(State.ADMITTED, round_)


def on_ballot(round_: Round) -> list[Proposal]:
    """What people may vote for in a round, ordered by public identifier, with sites and departments."""
    feasible = sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.state_code == State.FEASIBLE.value)
    return list(db.session.scalars(feasible.order_by(Proposal.public_id)))


def theirs(person: Person) -> sa.ColumnElement[bool]:
    """The proposals that a person carries or writes too: `policy.is_author` said to the database."""
    together = sa.select(CoAuthor.id).where(CoAuthor.proposal_id == Proposal.id, CoAuthor.person_id == person.id)
    return sa.or_(sa.func.coalesce(Proposal.author_id == person.id, sa.false()), together.exists())


def carried_by(person: Person) -> list[Proposal]:
    """What a person carries, those that they only write with somebody left out, the oldest first."""
    own = sa.select(Proposal).where(Proposal.author_id == person.id)
    return list(db.session.scalars(own.options(sa.orm.joinedload(Proposal.round)).order_by(Proposal.id)))


def written_by(person: Person) -> list[Proposal]:
    """Everything that a person writes, alone or not, last changed first, with its round and its moves."""
    own = sa.select(Proposal).where(theirs(person))
    loaded = own.options(sa.orm.joinedload(Proposal.round), sa.orm.selectinload(Proposal.moves))
    return list(db.session.scalars(loaded.order_by(Proposal.updated_at.desc(), Proposal.id.desc())))


def count_of(round_: Round, person: Person, states: Collection[State], apart_from: int = 0) -> int:
    """How many proposals of a person are in these states in a round, one (by its row) left apart."""
    wanted = sa.select(sa.func.count(Proposal.id)).where(
        Proposal.round_id == round_.id,
        Proposal.author_id == person.id,
        Proposal.state_code.in_([state.value for state in states]),
        Proposal.id != apart_from,
    )
    return db.session.scalar(wanted) or 0


def blank_draft(round_: Round, person: Person) -> Proposal | None:
    """A draft that the person opened and has not written in yet."""
    blank = sa.select(Proposal).where(
        Proposal.round_id == round_.id,
        Proposal.author_id == person.id,
        Proposal.state_code == State.DRAFT.value,
        Proposal.updated_at == Proposal.created_at,
    )
    return db.session.scalars(blank.order_by(Proposal.id)).first()


def using_image(key: str) -> list[Proposal]:
    """The proposals that show this picture."""
    return list(db.session.scalars(sa.select(Proposal).where(Proposal.image_key == key.replace("\0", ""))))


def sites() -> list[Site]:
    """Every site, by name."""
    return list(db.session.scalars(sa.select(Site).order_by(Site.name)))


def departments() -> list[Department]:
    """Every department, by name."""
    return list(db.session.scalars(sa.select(Department).order_by(Department.name)))
