"""Finding roles: those held or to come, those that are over, those that must not change meanwhile."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from participatory.core.database import db, lock
from participatory.identity.models import Person, RoleGrant
from participatory.identity.permissions import Scope
from participatory.identity.rules import Role

# The page of roles shows the last that ended; the journal holds them all.
MOST_PAST = 50


def roles_held(now: datetime) -> list[RoleGrant]:
    """Every role held at an instant (UTC) or given for later, in the order of the roles, then by name and address."""
    order = sa.case({role.value: place for place, role in enumerate(Role)}, value=RoleGrant.role)
    held = _with_people(_standing(now)).order_by(order, Person.display_name, Person.email, RoleGrant.id)
    return list(db.session.scalars(held))


def roles_over(now: datetime) -> list[RoleGrant]:
    """The last MOST_PAST roles that were taken back or came to their end, the latest first."""
    ended = sa.func.coalesce(RoleGrant.revoked_at, RoleGrant.ends_at)
    over = _with_people(sa.not_(_standing(now))).order_by(ended.desc(), RoleGrant.id.desc())
    return list(db.session.scalars(over.limit(MOST_PAST)))


def _with_people(wanted: sa.ColumnElement[bool]) -> sa.Select[RoleGrant]:
    found = sa.select(RoleGrant).join(RoleGrant.person).where(wanted)
    return found.options(contains_eager(RoleGrant.person))


def _standing(now: datetime) -> sa.ColumnElement[bool]:
    open_ended = sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    return sa.and_(RoleGrant.revoked_at.is_(None), open_ended)


def grant_of(person: Person, role: Role, scope: Scope | None) -> RoleGrant | None:
    """The grant of a role within a limit that nobody has taken back, over or not; the database keeps one at most."""
    same = (each for each in person.grants if each.revoked_at is None and each.role == role and each.scope == scope)
    return next(same, None)


def locked_grants(role: Role, person: Person) -> Sequence[RoleGrant]:
    """The grants of a role that nobody took back, held until the transaction ends; the person's are read afresh.

    Those of one person; of everybody for the administration, or two administrators could take the
    role back from each other at once, and none would be left.
    """
    held = sa.select(RoleGrant).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None)).order_by(RoleGrant.id)
    if role is not Role.ADMINISTRATOR:
        held = held.where(RoleGrant.person_id == person.id)
    rows = db.session.scalars(lock(held).execution_options(populate_existing=True)).all()
    db.session.refresh(person, ["grants"])
    return rows
