"""Comments, notices and blocked persons."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
_INDEXED = {
    "notice_decision": ("round_id", "key", "person_id"),
    "notice": ("round_id", "key", "contact", "assigned_id", "decision_id"),
    "speaking_block": ("person_id", "decision_id"),
}


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("stance_code", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("veil_code", sa.String(12), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_comment_proposal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_person_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_public_id")),
        sa.UniqueConstraint("key", name=op.f("uq_comment_key")),
    )
    for column in ("proposal_id", "person_id", "parent_id"):
        op.create_index(op.f(f"ix_comment_{column}"), "comment", [column])
    op.create_table(
        "comment_reading",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("family_codes", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_comment_reading_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_comment_reading")),
    )
    op.add_column("proposal", sa.Column("veil_code", sa.String(12), server_default="", nullable=False))
    _notices()


def _notices() -> None:
    op.create_table(
        "notice_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("outcome_code", sa.String(12), nullable=False),
        sa.Column("ground_code", sa.String(20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side_code", sa.String(10), nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_outcome_code", sa.String(12), nullable=False),
        sa.Column("appeal_words", sa.Text(), nullable=False),
        sa.Column("appeal_by", sa.String(40), nullable=False),
        sa.Column("appeal_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_notice_decision_round_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_decision_person_id")),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_notice_decision_association_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_decision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_decision_public_id")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("form_key", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("ground_code", sa.String(20), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("network", sa.String(80), nullable=False),
        sa.Column("hid", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_id", sa.Integer(), nullable=True),
        sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_notice_round_id")),
        sa.ForeignKeyConstraint(["assigned_id"], ["person.id"], name=op.f("fk_notice_assigned_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["notice_decision.id"], name=op.f("fk_notice_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_notice_form_key")),
    )
    op.create_table(
        "speaking_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_words", sa.Text(), nullable=False),
        sa.Column("appeal_by", sa.String(40), nullable=False),
        sa.Column("appeal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_speaking_block_person_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["notice_decision.id"], name=op.f("fk_speaking_block_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaking_block")),
        sa.UniqueConstraint("public_id", name=op.f("uq_speaking_block_public_id")),
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("speaking_block")
    op.drop_table("notice")
    op.drop_table("notice_decision")
    op.drop_column("proposal", "veil_code")
    op.drop_table("comment_reading")
    op.drop_table("comment")
