"""The second person of a door's opening."""

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.actions import confirm
from participatory.deeds.models import Deed
from participatory.doors.opening import OPEN
from participatory.identity.rules import Role
from tests.factories import make_person


def confirm_opening(source, by=None) -> None:
    """Have somebody else confirm that a door opens."""
    by = by or make_person(roles=(Role.OFFICER,))
    waiting = sa.select(Deed).where(Deed.subject == source.public_id, Deed.confirmed_at.is_(None))
    with transaction():
        deed = db.session.scalars(waiting).one()
        confirm(deed.public_id, OPEN, by, now(), seen=OPEN.describe(deed.payload).digest())
