"""Supports of proposals before the vote, one for each voter."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_support_proposal_id")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_support_voter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint("proposal_id", "voter_id", name=op.f("uq_support_proposal_id_voter_id")),
        sa.UniqueConstraint("key", name=op.f("uq_support_key")),
    )
    op.create_index(op.f("ix_support_voter_id"), "support", ["voter_id"])
    op.create_table(
        "support_left_out",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_support_left_out_proposal_id")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_support_left_out_voter_id")),
        sa.PrimaryKeyConstraint("proposal_id", "voter_id", name=op.f("pk_support_left_out")),
    )
    op.create_index(op.f("ix_support_left_out_voter_id"), "support_left_out", ["voter_id"])
    op.create_table(
        "support_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_support_deed_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_deed")),
    )
    op.create_index(op.f("ix_support_deed_proposal_id"), "support_deed", ["proposal_id"])
    op.create_table(
        "support_reading",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("family_codes", sa.JSON(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_support_reading_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_support_reading")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("support_reading")
    op.drop_table("support_deed")
    op.drop_table("support_left_out")
    op.drop_table("support")
