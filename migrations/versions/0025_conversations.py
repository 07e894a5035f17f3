"""Conversations: statements, votes, maps."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opens_at", moment, nullable=False),
        sa.Column("closes_at", moment, nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("weighed_at", moment, nullable=True),
        sa.Column("map_asked_at", moment, nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_conversation_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conversation_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_conversation_slug")),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("state_code", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_statement_author_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_statement_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_statement_conversation_id_number")),
    )
    op.create_index("ix_statement_author_id", "statement", ["author_id"])
    op.create_index("ix_statement_conversation_id", "statement", ["conversation_id"])
    op.create_table(
        "statement_vote",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_statement_vote_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "participant", name=op.f("pk_statement_vote")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_statement_vote_participant", "statement_vote", ["participant"])
    op.create_table(
        "opinion_map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_opinion_map_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_map")),
    )
    op.create_index("ix_opinion_map_conversation_id", "opinion_map", ["conversation_id"])


def downgrade() -> None:
    """Drop what upgrade added."""
    for table in ("opinion_map", "statement_vote", "statement", "conversation"):
        op.drop_table(table)
