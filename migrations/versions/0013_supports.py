"""Supports of proposals before the vote, one for each voter."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove them."""
