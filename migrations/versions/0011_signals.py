"""What is collected of behaviour: signals of votes and of other acts, networks that are known."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove them."""
