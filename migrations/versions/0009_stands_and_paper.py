"""Declared stands and paper ballots."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "stand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrol_mac", sa.String(64), nullable=True),
        sa.Column("enrol_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_digest", sa.String(64), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_stand_round_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_stand_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand")),
        sa.UniqueConstraint("device_digest", name=op.f("uq_stand_device_digest")),
        sa.UniqueConstraint("enrol_mac", name=op.f("uq_stand_enrol_mac")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stand_public_id")),
    )
    op.create_index(op.f("ix_stand_round_id"), "stand", ["round_id"])
    _create_paper()


def _create_paper() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("label", sa.String(8), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.String(60), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(40), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("undeposited", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_paper_batch_establishment_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_paper_batch_round_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_paper_batch_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("label", name=op.f("uq_paper_batch_label")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_batch_public_id")),
    )
    op.create_index(op.f("ix_paper_batch_round_id"), "paper_batch", ["round_id"])
    op.create_table(
        "paper_ballot",
        sa.Column("number_mac", sa.String(64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("choices_mac", sa.String(64), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("disputed", sa.String(20), nullable=False),
        sa.Column("handed_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_ballot_batch_id")),
        sa.PrimaryKeyConstraint("number_mac", name=op.f("pk_paper_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_paper_ballot_batch_id"), "paper_ballot", ["batch_id"])


def downgrade() -> None:
    """Remove the tables."""
    for name in ("paper_ballot", "paper_batch", "stand"):
        op.drop_table(name)
