"""Who holds a permission, and under which names people appear."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from participatory.core.database import db
from participatory.identity.models import Person, RoleGrant
from participatory.identity.permissions import PERMISSIONS, Permission


def holders_of(permission: Permission, now: datetime) -> list[Person]:
    """The people who hold a permission somewhere at this instant (UTC), each once, by name."""
    giving = [role.value for role, permissions in PERMISSIONS.items() if permission in permissions]
    held = sa.select(RoleGrant.person_id).where(RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(giving))
    found = db.session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.display_name, Person.id))
    return [
        person
        for person in found
        if any(permission in PERMISSIONS[each.role] and each.is_present(now) for each in person.held)
    ]


def names_of(public_ids: Collection[str]) -> dict[str, str]:
    """The names under which these people appear, by public identifier; unknown ones are left out.

    An account that became part of another appears under the name of that one.
    """
    whole = aliased(Person)
    name = sa.func.coalesce(whole.display_name, Person.display_name)
    wanted = sa.select(Person.public_id, name).outerjoin(whole, whole.id == Person.merged_into_id)
    wanted = wanted.where(Person.public_id.in_(public_ids))
    return dict(db.session.execute(wanted).all())
