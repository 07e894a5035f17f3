"""Let an author say with how little a project may be funded in part."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the amount, in cents, empty for those who have agreed to nothing."""
    # Both databases add and drop a column in place. A batch would rebuild the table on SQLite: dropping the
    # old one would take the cost lines away with it.
    op.add_column("proposal", sa.Column("partial_min_cents", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Forget the amounts."""
    op.drop_column("proposal", "partial_min_cents")
