"""Notices on the site, letters people tune, proposals brought from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notification_public_id")),
    )
    op.create_index("ix_notification_person_id_read_at", "notification", ["person_id", "read_at"])
    op.create_index("ix_notification_waits_person_id", "notification", ["waits", "person_id"])
    for table, column in (("letter_choice", "topic"), ("digest_sent", "pace")):
        other, size = ("pace", 10) if table == "letter_choice" else ("period", 10)
        op.create_table(
            table,
            sa.Column("person_id", sa.Integer(), nullable=False),
            sa.Column(column, sa.String(20 if column == "topic" else 10), nullable=False),
            sa.Column(other, sa.String(size), nullable=False),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id")),
            sa.PrimaryKeyConstraint("person_id", column, name=op.f(f"pk_{table}")),
        )
    op.create_table(
        "collected_proposal",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(120), nullable=False),
        sa.Column("via_code", sa.String(10), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_collected_proposal_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_collected_proposal")),
    )


def downgrade() -> None:
    """Drop what upgrade added."""
    op.drop_table("collected_proposal")
    op.drop_table("digest_sent")
    op.drop_table("letter_choice")
    op.drop_index("ix_notification_waits_person_id", table_name="notification")
    op.drop_index("ix_notification_person_id_read_at", table_name="notification")
    op.drop_table("notification")
