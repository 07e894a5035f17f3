"""Assignments, grids, opinions asked elsewhere and links between projects."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_TIME = sa.DateTime(timezone=True)


def _table(
    name: str,
    *columns: sa.Column,
    keys: dict[str, str],
    indexes: tuple[str, ...] = (),
    primary: tuple[str, ...] = ("id",),
) -> None:
    """A table with its foreign keys (column → table.column), primary key and indexes, named as the models name them."""
    op.create_table(
        name,
        *columns,
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=op.f(f"fk_{name}_{column}"),
                ondelete="CASCADE" if target == "opinion_request.id" else None,
            )
            for column, target in keys.items()
        ),
        sa.PrimaryKeyConstraint(*primary, name=op.f(f"pk_{name}")),
    )
    for column in indexes:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, size: int = 0) -> sa.Column:
    return sa.Column(name, sa.String(size) if size else sa.Text(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, _TIME, nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON(), nullable=False)


def _links() -> None:
    _table(
        "project_link",
        _number("id"), _text("public_id", 20), _number("round_id"), _text("kind_code", 20), _text("reason"),
        _number("declared_by_id"), _time("declared_at"), _time("ended_at", nullable=True),
        sa.UniqueConstraint("public_id", name=op.f("uq_project_link_public_id")),
        keys={"round_id": "round.id", "declared_by_id": "person.id"}, indexes=("round_id",),
    )  # fmt: skip
    _table(
        "project_link_member",
        _number("link_id"), _number("proposal_id"), _number("position"),
        keys={"link_id": "project_link.id", "proposal_id": "proposal.id"},
        indexes=("proposal_id",), primary=("link_id", "proposal_id"),
    )  # fmt: skip


def _work() -> None:
    _table(
        "appraisal_group",
        _number("id"), _text("public_id", 20), _text("name", 80), _json("theme_codes"), _json("site_slugs"),
        _time("created_at"),
        sa.UniqueConstraint("public_id", name=op.f("uq_appraisal_group_public_id")),
        sa.UniqueConstraint("name", name=op.f("uq_appraisal_group_name")),
        keys={},
    )  # fmt: skip
    _table(
        "appraisal_group_member",
        _number("group_id"), _number("person_id"),
        keys={"group_id": "appraisal_group.id", "person_id": "person.id"},
        indexes=("person_id",), primary=("group_id", "person_id"),
    )  # fmt: skip
    _table(
        "appraisal_assignment",
        _number("proposal_id"), _number("group_id", nullable=True), _number("person_id", nullable=True),
        _time("due_at"), _text("assigned_by", 40), _time("assigned_at"),
        keys={"proposal_id": "proposal.id", "group_id": "appraisal_group.id", "person_id": "person.id"},
        indexes=("group_id", "person_id"), primary=("proposal_id",),
    )  # fmt: skip
    _table(
        "appraisal_interest",
        _number("id"), _number("proposal_id"), _number("person_id"), _text("reason", 300), _time("declared_at"),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_appraisal_interest_proposal_id_person_id")),
        keys={"proposal_id": "proposal.id", "person_id": "person.id"}, indexes=("person_id",),
    )  # fmt: skip
    _table(
        "appraisal_note",
        _number("id"), _number("proposal_id"), _number("author_id"), _text("text"), _time("written_at"),
        keys={"proposal_id": "proposal.id", "author_id": "person.id"}, indexes=("proposal_id", "author_id"),
    )  # fmt: skip
    _table(
        "appraisal_grid",
        _number("proposal_id"), _json("answers"), _number("saved"), _number("saved_by_id"), _time("saved_at"),
        keys={"proposal_id": "proposal.id", "saved_by_id": "person.id"},
        indexes=("saved_by_id",), primary=("proposal_id",),
    )  # fmt: skip


def _opinions() -> None:
    _table(
        "opinion_request",
        _number("id"), _text("public_id", 20), _number("proposal_id"), _text("body", 160), _text("email", 254),
        _text("question"), _text("token_digest", 64), _number("asked_by_id"), _time("asked_at"), _time("due_at"),
        _time("reminded_at", nullable=True), _time("revoked_at", nullable=True),
        sa.UniqueConstraint("public_id", name=op.f("uq_opinion_request_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_opinion_request_token_digest")),
        keys={"proposal_id": "proposal.id", "asked_by_id": "person.id"}, indexes=("proposal_id", "asked_by_id"),
    )  # fmt: skip
    _table(
        "opinion_answer",
        _number("id"), _number("request_id"), _number("number"), _text("verdict_code", 20), _text("text"),
        _text("respondent", 120), _text("function", 120), _time("answered_at"),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_opinion_answer_request_id_number")),
        keys={"request_id": "opinion_request.id"},
    )  # fmt: skip


def upgrade() -> None:
    """Add the tables, the grid of a finding and the links of an opening."""
    _links()
    _work()
    _opinions()
    with op.batch_alter_table("appraisal") as appraisal:
        appraisal.add_column(sa.Column("grid", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("vote_opening") as opening:
        opening.add_column(sa.Column("links", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take back what `upgrade` added."""
    with op.batch_alter_table("vote_opening") as opening:
        opening.drop_column("links")
    with op.batch_alter_table("appraisal") as appraisal:
        appraisal.drop_column("grid")
    for name in (
        "opinion_answer", "opinion_request", "appraisal_grid", "appraisal_note", "appraisal_interest",
        "appraisal_assignment", "appraisal_group_member", "appraisal_group", "project_link_member", "project_link",
    ):  # fmt: skip
        op.drop_table(name)
