"""Whether this installation works, for the machines that watch it; no private data."""

from dataclasses import dataclass

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from participatory.core.database import db
from participatory.outbox.models import Letter


@dataclass(frozen=True)
class Health:
    """What was found; `letters_waiting` is None when the database did not answer."""

    database: bool
    migrations: bool
    letters_waiting: int | None

    @property
    def well(self) -> bool:
        """Whether the service can do its work."""
        return self.database and self.migrations


def examine() -> Health:
    """Ask the database, compare its migrations with the code's, count the letters not yet sent."""
    try:
        at_head = _at_head()
        waiting = db.session.scalar(sa.select(sa.func.count(Letter.id))) if at_head else None
    except SQLAlchemyError:
        db.session.rollback()
        return Health(database=False, migrations=False, letters_waiting=None)
    return Health(database=True, migrations=at_head, letters_waiting=waiting)


def _at_head() -> bool:
    config = current_app.extensions["migrate"].migrate.get_config()
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == wanted
