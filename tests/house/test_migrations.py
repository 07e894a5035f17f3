"""The migrations make exactly the tables that the models describe, and can be undone."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from participatory.core.database import Base, db
from tests.conftest import MIGRATIONS


def _differences():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return compare_metadata(context, Base.metadata)


def test_models_and_migrations_agree(app_on_each_database):
    assert app_on_each_database
    assert _differences() == []


def test_migrations_go_down_and_up_again(app_on_each_database):
    assert app_on_each_database
    db.session.remove()
    downgrade(directory=str(MIGRATIONS), revision="base")
    upgrade(directory=str(MIGRATIONS))
    assert _differences() == []


def test_history_has_one_head():
    revisions = [path.read_text("utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    parents = [line for text in revisions for line in text.splitlines() if line.startswith("down_revision")]
    if len(parents) != len(set(parents)):
        pytest.fail(f"two migrations share a parent: {sorted(parents)}")
