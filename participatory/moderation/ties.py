"""What ties people and associations to projects: read once for a page, the same for a deed.

A person is tied by authorship, by the association in whose name they moderate, by a declared membership or mandate,
by having left the case, by a comment for or against. Past funding ties the whole association.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.comments.models import Comment
from participatory.comments.rules import Stance
from participatory.core.database import db
from participatory.identity.models import Association, Person, RoleGrant
from participatory.identity.rules import Role
from participatory.moderation.models import Decision, Link, Opinion, Recusal
from participatory.moderation.rules import LinkKind
from participatory.proposals.models import Proposal

_PERSONAL = (LinkKind.MEMBERSHIP.value, LinkKind.MANDATE.value)


@dataclass(frozen=True)
class Ties:
    """What a person is tied to: associations by row with the kind of link, projects by row.

    `spoken` holds the (project, version) on which this person or their association has given an opinion.
    """

    bound: Mapping[int, LinkKind]
    left: frozenset[int]
    sided: frozenset[int]
    spoken: frozenset[tuple[int, int]]


def ties_of(person: Person) -> Ties:
    """What keeps this person from judging, beside what the project itself says."""
    personal = sa.select(Link.other_id, Link.kind_code).where(
        Link.person_id == person.id, Link.kind_code.in_(_PERSONAL), Link.ended_at.is_(None)
    )
    bound = {other: LinkKind(kind) for other, kind in db.session.execute(personal)}
    if person.association_id is not None:
        bound |= dict.fromkeys(funded_with(person.association_id, funding_pairs()), LinkKind.FUNDING)
    left = sa.select(Recusal.proposal_id).where(Recusal.person_id == person.id)
    # A comment that was taken back has been read: it still says what its author thinks.
    sided = sa.select(Comment.proposal_id).where(
        Comment.person_id == person.id, Comment.stance_code.in_([Stance.FOR.value, Stance.AGAINST.value])
    )
    spoken = sa.select(Opinion.proposal_id, Opinion.version).where(
        sa.or_(Opinion.moderator_id == person.id, Opinion.association_id == person.association_id)
    )
    return Ties(
        bound,
        frozenset(db.session.scalars(left)),
        frozenset(db.session.scalars(sided)),
        frozenset((project, version) for project, version in db.session.execute(spoken)),
    )


def funding_pairs() -> set[tuple[int, int]]:
    """The pairs of associations of which one has funded the other, by row."""
    pairs = sa.select(Link.association_id, Link.other_id).where(
        Link.kind_code == LinkKind.FUNDING.value, Link.ended_at.is_(None)
    )
    return {(one, other) for one, other in db.session.execute(pairs)}


def funded_with(association_id: int, pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The associations that funding ties to this one, whoever declared it."""
    return {a if b == association_id else b for a, b in pairs if association_id in {a, b}}


def associations_of(proposal: Proposal) -> set[int]:
    """The associations of a project, by row: the one that carries it and those of the people who wrote it."""
    own = {proposal.association_id, *(each.association_id for each in people_of(proposal))}
    return {each for each in own if each is not None}


def people_of(proposal: Proposal) -> list[Person]:
    """Those who wrote a project, the author first."""
    return proposal.people


def moderators(now: datetime) -> dict[int, list[Person]]:
    """Who may moderate at an instant (UTC), by the row of the association in whose name they do."""
    held = (
        sa.select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.MODERATOR.value, RoleGrant.revoked_at.is_(None))
        .where(sa.func.coalesce(RoleGrant.starts_at, RoleGrant.granted_at) <= now)
        .where(sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .where(Person.association_id.is_not(None))
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = {}
    for person in db.session.scalars(held).unique():
        if person.association_id is not None:
            found.setdefault(person.association_id, []).append(person)
    return found


def officers(now: datetime) -> list[Person]:
    """The Region's officers at an instant (UTC); what each may decide is asked of `Person.may`."""
    held = (
        sa.select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.OFFICER.value, RoleGrant.revoked_at.is_(None))
        .where(sa.func.coalesce(RoleGrant.starts_at, RoleGrant.granted_at) <= now)
        .where(sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .order_by(Person.id)
    )
    return list(db.session.scalars(held).unique())


def recused_associations(proposal: Proposal, pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The associations, by row, none of whose members may judge this project."""
    own, known = associations_of(proposal), list(pairs)
    return own.union(*(funded_with(each, known) for each in own))


def already_heard(proposal: Proposal) -> set[int]:
    """The associations, by row, that have decided or given an opinion on this project, on whatever version."""
    decided = db.session.execute(
        sa.select(Decision.association_id, Decision.second_association_id).where(Decision.proposal_id == proposal.id)
    )
    given = db.session.scalars(sa.select(Opinion.association_id).where(Opinion.proposal_id == proposal.id))
    heard = {*(each for row in decided for each in row), *given}
    return {each for each in heard if each is not None}


def associations(rows: Iterable[int]) -> dict[int, Association]:
    """Associations by row."""
    wanted = sa.select(Association).where(Association.id.in_(list(rows)))
    return {each.id: each for each in db.session.scalars(wanted)}
