"""Run the migrations on the application's own engine; one history for SQLite and PostgreSQL."""

import importlib
import importlib.util
import pkgutil

from alembic import context
from flask import current_app

import participatory
from participatory.core.database import Base, db


def import_every_table() -> None:
    """Autogenerate compares the database with the tables that have been imported."""
    for package in pkgutil.iter_modules(participatory.__path__, "participatory."):
        if package.ispkg and importlib.util.find_spec(f"{package.name}.models"):
            importlib.import_module(f"{package.name}.models")


def skip_empty_revisions(_context: object, _revision: object, directives: list) -> None:
    """Write no revision when the models and the database agree."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def render_type(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our own types as the plain types that they are in the database, so that history needs no models."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


import_every_table()
options = dict(current_app.extensions["migrate"].configure_args)
options.update(target_metadata=Base.metadata, process_revision_directives=skip_empty_revisions, render_item=render_type)
with db.engine.connect() as connection:
    # SQLite changes a column by making the table again: with foreign keys on, dropping the old one would take with it,
    # or be stopped by, the rows that point to it. They are checked again before anything is kept.
    driver = connection.connection.driver_connection
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(connection=connection, **options)
    with context.begin_transaction():
        context.run_migrations()
    if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
        connection.rollback()
        raise RuntimeError(f"the migration would leave rows that point to nothing: {broken[:5]}")
    connection.commit()
    if sqlite:
        driver.execute("PRAGMA foreign_keys=ON")
