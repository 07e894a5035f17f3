"""Reports by the public, and the parameters of detection that a rulebook commits to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "detection_parameters",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_detection_parameters")),
    )
    op.create_table(
        "integrity_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("form_key", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("moment", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("case_id", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_integrity_report_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_integrity_report_public_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_integrity_report_form_key")),
    )
    for column in ("round_id", "state", "contact"):
        op.create_index(op.f(f"ix_integrity_report_{column}"), "integrity_report", [column])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("integrity_report")
    op.drop_table("detection_parameters")
