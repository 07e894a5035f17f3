"""Finding people and what they hold."""

import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.models import Association, Person


def person_of_session(public_id: str) -> Person | None:
    """The person whom a session names, None when it names nobody."""
    return db.session.scalars(sa.select(Person).where(Person.public_id == public_id)).first()


def person_by_email(email: str) -> Person | None:
    """The person with this normalised address."""
    return db.session.scalars(sa.select(Person).where(Person.email == email)).first()


def associations() -> list[Association]:
    """Every association, by name."""
    return list(db.session.scalars(sa.select(Association).order_by(Association.name)))
