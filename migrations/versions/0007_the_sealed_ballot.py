"""Sealed envelopes in the place of plain ballots, the key of a round, the steps of the vote."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
