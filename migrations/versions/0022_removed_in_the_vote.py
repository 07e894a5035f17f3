"""Projects removed while the vote is open."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
