"""Journal rows whose content can be withheld, and signed heads."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
