"""The round that a deed or a job names."""

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round


def round_by_key(public_id: str) -> Round:
    """The round of this public identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(Round).where(Round.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Ce budget n’existe pas."), Kind.NOT_FOUND)
    return found
