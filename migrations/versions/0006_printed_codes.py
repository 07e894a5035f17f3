"""Packages of one-time codes on paper, and their sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "code_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=8), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=40), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_code_package_establishment_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_code_package_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_package")),
        sa.UniqueConstraint("label", name=op.f("uq_code_package_label")),
        sa.UniqueConstraint("public_id", name=op.f("uq_code_package_public_id")),
    )
    with op.batch_alter_table("code_package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_package_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_package_round_id"), ["round_id"], unique=False)

    op.create_table(
        "printed_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("voter", sa.String(length=64), nullable=True),
        sa.Column("wrong_addresses", sa.Integer(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["package_id"], ["code_package.id"], name=op.f("fk_printed_code_package_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_printed_code_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_code")),
        sa.UniqueConstraint("code_mac", name=op.f("uq_printed_code_code_mac")),
        sa.UniqueConstraint("package_id", "position", name=op.f("uq_printed_code_package_id_position")),
        sa.UniqueConstraint("round_id", "voter", name=op.f("uq_printed_code_round_id_voter")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("printed_code")
    with op.batch_alter_table("code_package", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_package_round_id"))
        batch_op.drop_index(batch_op.f("ix_code_package_establishment_id"))

    op.drop_table("code_package")
