"""Reports by the public, and the parameters of detection that a rulebook commits to."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove them."""
