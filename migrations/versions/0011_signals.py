"""What is collected of behaviour: signals of votes and of other acts, networks that are known."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "integrity_signal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("prefix", sa.String(64), nullable=False),
        sa.Column("network_kind", sa.String(10), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("client", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("stand", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_integrity_signal_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_signal")),
        sa.UniqueConstraint("round_id", "act", "key", name=op.f("uq_integrity_signal_round_id_act_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_integrity_signal_round_id"), "integrity_signal", ["round_id"])
    op.create_table(
        "network_range",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=True),
        sa.Column("cidr", sa.String(43), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("added_by", sa.String(40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_network_range_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_range")),
        sa.UniqueConstraint("public_id", name=op.f("uq_network_range_public_id")),
    )
    op.create_index(op.f("ix_network_range_establishment_id"), "network_range", ["establishment_id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("network_range")
    op.drop_table("integrity_signal")
