"""The desk of integrity: cases, their ballots, notes and passes; appeals against a setting aside."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_APPEAL = ("appeal", "appealed_at", "appeal_outcome", "appeal_by", "appeal_decided_at", "appeal_words")
_UNDO = ("undo_by", "undone_by", "undone_at")
_THREE = "appeal_by = '' OR (appeal_by <> author AND appeal_by <> second_by)"
_UNDONE = "undone_by = '' OR (undo_by <> '' AND undo_by <> undone_by)"


def upgrade() -> None:
    """Add the tables, and what an appeal writes."""
    _create_cases()
    _create_ballots()
    _create_notes_and_passes()
    with op.batch_alter_table("setting_aside") as table:
        table.add_column(sa.Column("appeal", sa.String(600), nullable=False, server_default=""))
        table.add_column(sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("appeal_outcome", sa.String(10), nullable=False, server_default=""))
        table.add_column(sa.Column("appeal_by", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("appeal_words", sa.String(600), nullable=False, server_default=""))
        table.add_column(sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("undo_by", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("undone_by", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(op.f("ck_setting_aside_appeal_third"), _THREE)
        table.create_check_constraint(op.f("ck_setting_aside_undone_by_two"), _UNDONE)


def _create_cases() -> None:
    op.create_table(
        "integrity_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("size_read", sa.Integer(), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_integrity_case_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_case")),
        sa.UniqueConstraint("public_id", name=op.f("uq_integrity_case_public_id")),
        sa.UniqueConstraint("round_id", "act", "key", name=op.f("uq_integrity_case_round_id_act_key")),
    )
    op.create_index(op.f("ix_integrity_case_round_id"), "integrity_case", ["round_id"])


def _create_ballots() -> None:
    op.create_table(
        "integrity_case_ballot",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("families", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("network_kind", sa.String(10), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("client", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("stand", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.String(10), nullable=False),
        sa.Column("setting_aside", sa.String(20), nullable=False),
        sa.Column("code_mac", sa.String(64), nullable=True),
        sa.Column("mail_mac", sa.String(64), nullable=True),
        sa.Column("mail_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["integrity_case.id"], name=op.f("fk_integrity_case_ballot_case_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_integrity_case_ballot_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_case_ballot")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_integrity_case_ballot_case_id_number")),
        sa.UniqueConstraint("code_mac", name=op.f("uq_integrity_case_ballot_code_mac")),
        sa.UniqueConstraint("mail_mac", name=op.f("uq_integrity_case_ballot_mail_mac")),
        sa.UniqueConstraint("public_id", name=op.f("uq_integrity_case_ballot_public_id")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_integrity_case_ballot_round_id_key")),
        sqlite_with_rowid=False,
    )
    for column in ("round_id", "case_id", "setting_aside"):
        op.create_index(op.f(f"ix_integrity_case_ballot_{column}"), "integrity_case_ballot", [column])


def _create_notes_and_passes() -> None:
    op.create_table(
        "integrity_case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("words", sa.String(600), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["integrity_case.id"], name=op.f("fk_integrity_case_note_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_case_note")),
    )
    op.create_index(op.f("ix_integrity_case_note_case_id"), "integrity_case_note", ["case_id"])
    op.create_table(
        "integrity_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("parameters", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_integrity_pass_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_pass")),
        sa.UniqueConstraint("round_id", "act", "number", name=op.f("uq_integrity_pass_round_id_act_number")),
    )
    op.create_index(op.f("ix_integrity_pass_round_id"), "integrity_pass", ["round_id"])


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("setting_aside") as table:
        for name in ("appeal_third", "undone_by_two"):
            table.drop_constraint(op.f(f"ck_setting_aside_{name}"), type_="check")
        for name in (*_APPEAL, *_UNDO):
            table.drop_column(name)
    for name in ("integrity_pass", "integrity_case_note", "integrity_case_ballot", "integrity_case"):
        op.drop_table(name)
