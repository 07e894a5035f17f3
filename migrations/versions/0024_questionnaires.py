"""Questionnaires: what is asked, who took part, and the answers apart from it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def _of(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_questionnaire_id")
    return sa.ForeignKeyConstraint(["questionnaire_id"], ["questionnaire.id"], name=name)


def _by(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"))


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mode_code", sa.String(10), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_questionnaire_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("public_id", name=op.f("uq_questionnaire_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_questionnaire_slug")),
    )
    op.create_table(
        "questionnaire_version",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        _of("questionnaire_version"),
        sa.PrimaryKeyConstraint("questionnaire_id", "number", name=op.f("pk_questionnaire_version")),
    )
    op.create_table(
        "questionnaire_part",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _of("questionnaire_part"),
        _by("questionnaire_part"),
        sa.PrimaryKeyConstraint("questionnaire_id", "person_id", name=op.f("pk_questionnaire_part")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_questionnaire_part_person_id", "questionnaire_part", ["person_id"])
    op.create_table(
        "questionnaire_draft",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        _of("questionnaire_draft"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questionnaire_draft")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_questionnaire_draft_questionnaire_id", "questionnaire_draft", ["questionnaire_id"])
    op.create_table(
        "questionnaire_answer",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR NOT named", name=op.f("ck_questionnaire_answer_named_has_name")),
        _of("questionnaire_answer"),
        _by("questionnaire_answer"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questionnaire_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_questionnaire_answer_questionnaire_id", "questionnaire_answer", ["questionnaire_id"])
    op.create_index("ix_questionnaire_answer_person_id", "questionnaire_answer", ["person_id"])


def downgrade() -> None:
    """Drop what upgrade added."""
    op.drop_index("ix_questionnaire_answer_person_id", table_name="questionnaire_answer")
    op.drop_index("ix_questionnaire_answer_questionnaire_id", table_name="questionnaire_answer")
    op.drop_table("questionnaire_answer")
    op.drop_index("ix_questionnaire_draft_questionnaire_id", table_name="questionnaire_draft")
    op.drop_table("questionnaire_draft")
    op.drop_index("ix_questionnaire_part_person_id", table_name="questionnaire_part")
    op.drop_table("questionnaire_part")
    op.drop_table("questionnaire_version")
    op.drop_table("questionnaire")
