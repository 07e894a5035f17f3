"""Declared stands and paper ballots."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
