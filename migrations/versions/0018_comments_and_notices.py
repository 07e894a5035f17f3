"""Comments, notices and blocked persons."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
