"""Claims, recusals, second opinions, appeals and double reading."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_TABLES = ("claim", "recusal", "link", "note", "reply_model", "reading", "draw", "appeal", "opinion")


def upgrade() -> None:
    """Add the tables, and what a decision says of itself."""
    with op.batch_alter_table("moderation_decision") as table:
        table.alter_column("association_id", existing_type=sa.Integer(), nullable=True)
        for column in _worded():
            table.add_column(column)
        table.add_column(sa.Column("second_association_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("reply", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_moderation_decision_second_association_id"), "association", ["second_association_id"], ["id"]
        )
    _create_opinions()
    _create_appeals()
    _create_work()
    _create_readings()


def downgrade() -> None:
    """Take the tables back; decisions of the Region's officer go, since they had no place before."""
    for name in _TABLES:
        op.drop_table(f"moderation_{name}")
    op.execute("DELETE FROM moderation_decision WHERE association_id IS NULL")
    with op.batch_alter_table("moderation_decision") as table:
        table.drop_constraint(op.f("fk_moderation_decision_second_association_id"), type_="foreignkey")
        for name in ("replied_at", "reply", "second_association_id", "question_codes", "manner_code", "facts"):
            table.drop_column(name)
        table.alter_column("association_id", existing_type=sa.Integer(), nullable=False)


def _worded() -> list[sa.Column]:
    return [
        sa.Column("facts", sa.Text(), nullable=False, server_default=""),
        sa.Column("manner_code", sa.String(10), nullable=False, server_default="human"),
        sa.Column("question_codes", sa.JSON(), nullable=False, server_default="[]"),
    ]


def _keys(table: str, **targets: str) -> list[sa.Constraint]:
    """The primary key and the foreign keys of a table."""
    foreign = [
        sa.ForeignKeyConstraint(
            [column],
            [f"{target}.id"],
            name=op.f(f"fk_moderation_{table}_{column}"),
            # A project that goes with its author's account takes its appeal and its second reading along.
            ondelete="CASCADE" if target == "moderation_decision" else None,
        )
        for column, target in targets.items()
    ]
    return [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_moderation_{table}")), *foreign]


def _number(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=empty)


def _instant(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=empty)


def _create_opinions() -> None:
    op.create_table(
        "moderation_opinion",
        *(_number(name) for name in ("id", "proposal_id", "version", "position", "moderator_id")),
        _number("association_id", empty=True),
        _instant("given_at"),
        sa.Column("outcome_code", sa.String(20), nullable=False),
        sa.Column("reason_code", sa.String(30), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        *_worded(),
        *_keys("opinion", proposal_id="proposal", moderator_id="person", association_id="association"),
        sa.UniqueConstraint(
            "proposal_id", "version", "position", name=op.f("uq_moderation_opinion_proposal_id_version_position")
        ),
        sa.UniqueConstraint(
            "proposal_id",
            "version",
            "association_id",
            name=op.f("uq_moderation_opinion_proposal_id_version_association_id"),
        ),
    )


def _create_appeals() -> None:
    op.create_table(
        "moderation_appeal",
        *(_number(name) for name in ("id", "decision_id", "asked_by_id")),
        *(_number(name, empty=True) for name in ("drawn_id", "decided_by_id", "decided_for_id")),
        *(_instant(name) for name in ("asked_at", "due_at")),
        *(_instant(name, empty=True) for name in ("escalated_at", "decided_at")),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("outcome_code", sa.String(20), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        *_keys(
            "appeal",
            decision_id="moderation_decision",
            asked_by_id="person",
            drawn_id="association",
            decided_by_id="person",
            decided_for_id="association",
        ),
        sa.UniqueConstraint("decision_id", name=op.f("uq_moderation_appeal_decision_id")),
    )
    op.create_index("ix_moderation_appeal_due", "moderation_appeal", ["outcome_code", "due_at"])


def _create_work() -> None:
    op.create_table(
        "moderation_claim",
        *(_number(name) for name in ("id", "proposal_id", "person_id")),
        _number("association_id", empty=True),
        *(_instant(name) for name in ("taken_at", "ends_at")),
        _instant("released_at", empty=True),
        *_keys("claim", proposal_id="proposal", person_id="person", association_id="association"),
    )
    held = sa.text("released_at IS NULL")
    op.create_index(
        "uq_moderation_claim_open",
        "moderation_claim",
        ["proposal_id"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    op.create_table(
        "moderation_recusal",
        *(_number(name) for name in ("id", "proposal_id", "person_id", "association_id")),
        sa.Column("words", sa.String(500), nullable=False),
        _instant("at"),
        *_keys("recusal", proposal_id="proposal", person_id="person", association_id="association"),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_moderation_recusal_proposal_id_person_id")),
    )
    _create_links()
    op.create_table(
        "moderation_note",
        *(_number(name) for name in ("id", "proposal_id", "person_id")),
        _number("association_id", empty=True),
        sa.Column("text", sa.Text(), nullable=False),
        _instant("at"),
        *_keys("note", proposal_id="proposal", person_id="person", association_id="association"),
    )
    op.create_index(op.f("ix_moderation_note_proposal_id"), "moderation_note", ["proposal_id"])
    op.create_table(
        "moderation_reply_model",
        *(_number(name) for name in ("id", "association_id")),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("outcome_code", sa.String(20), nullable=False),
        sa.Column("reason_code", sa.String(30), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(40), nullable=False),
        _instant("changed_at"),
        *_keys("reply_model", association_id="association"),
        sa.UniqueConstraint("association_id", "title", name=op.f("uq_moderation_reply_model_association_id_title")),
        sa.UniqueConstraint("public_id", name=op.f("uq_moderation_reply_model_public_id")),
    )


def _create_links() -> None:
    op.create_table(
        "moderation_link",
        *(_number(name) for name in ("id", "person_id", "association_id", "other_id")),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("kind_code", sa.String(20), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        _instant("declared_at"),
        _instant("ended_at", empty=True),
        *_keys("link", person_id="person", association_id="association", other_id="association"),
        sa.UniqueConstraint("public_id", name=op.f("uq_moderation_link_public_id")),
    )
    for column in ("person_id", "other_id"):
        op.create_index(op.f(f"ix_moderation_link_{column}"), "moderation_link", [column])


def _create_readings() -> None:
    op.create_table(
        "moderation_draw",
        *(_number(name) for name in ("id", "round_id")),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        _instant("at"),
        *_keys("draw", round_id="round"),
    )
    op.create_index(op.f("ix_moderation_draw_round_id"), "moderation_draw", ["round_id"])
    op.create_table(
        "moderation_reading",
        *(_number(name) for name in ("id", "draw_id", "decision_id")),
        *(_number(name, empty=True) for name in ("person_id", "association_id")),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("outcome_code", sa.String(20), nullable=True),
        sa.Column("reason_code", sa.String(30), nullable=True),
        _instant("read_at", empty=True),
        *_keys(
            "reading",
            draw_id="moderation_draw",
            decision_id="moderation_decision",
            person_id="person",
            association_id="association",
        ),
        sa.UniqueConstraint("decision_id", name=op.f("uq_moderation_reading_decision_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_moderation_reading_public_id")),
    )
    op.create_index(op.f("ix_moderation_reading_draw_id"), "moderation_reading", ["draw_id"])
