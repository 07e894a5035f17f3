"""What the booth and its letters keep."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
