"""The proofs of work that have served, so that none serves twice."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "spent_proof",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_proof")),
    )
    with op.batch_alter_table("spent_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_proof_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("spent_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spent_proof_expires_at"))

    op.drop_table("spent_proof")
