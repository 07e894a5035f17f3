"""The desk of integrity: cases, their ballots, notes and passes; appeals against a setting aside."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove them."""
