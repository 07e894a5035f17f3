"""Followed proposals, people who ask to join one, projects that become one, a project that becomes two."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables."""
    _table("follow", "proposal_id", _person("follow"), _moment("at"), unique=("proposal_id", "person_id"))
    _table(
        "join_request", "proposal_id", _public_id("join_request"), _person("join_request"), _text("message"),
        _moment("asked_at"), _text("answer"), _moment("answered_at", optional=True),
    )  # fmt: skip
    _merger()
    _table("merger_part", "proposal_id", *_of("merger", "merger_part"), _number("version"),
           unique=("merger_id", "proposal_id"))  # fmt: skip
    _table("merger_consent", "", *_of("merger", "merger_consent"), _person("merger_consent"), _text("answer"),
           _moment("answered_at", optional=True), unique=("merger_id", "person_id"))  # fmt: skip
    _split()
    _table("split_consent", "", *_of("split", "split_consent"), _person("split_consent"), _text("answer"),
           _moment("answered_at", optional=True), unique=("split_id", "person_id"))  # fmt: skip


def _split() -> None:
    names = {"round_id": "round", "source_id": "proposal", "part_id": "proposal", "carrier_id": "person",
             "proposed_by_id": "person"}  # fmt: skip
    keys = [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_split_{column}"))
        for column, table in names.items()
    ]
    op.create_table(
        "split",
        sa.Column("id", sa.Integer(), nullable=False),
        *_public_id("split"),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("carrier_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        *_text("message"),
        *_number("version"),
        *_moment("proposed_at"),
        *_text("outcome_code"),
        *_moment("ended_at", optional=True),
        *_number("told_after"),
        *_moment("told_at", optional=True),
        *keys,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split")),
    )
    for column in names:
        op.create_index(op.f(f"ix_split_{column}"), "split", [column])


def _merger() -> None:
    names = {"kept_id": "proposal", "round_id": "round", "proposed_by_id": "person"}
    keys = [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_merger_{column}"))
        for column, table in names.items()
    ]
    op.create_table(
        "merger",
        sa.Column("id", sa.Integer(), nullable=False),
        *_public_id("merger"),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        *_text("message"),
        *_moment("proposed_at"),
        *_text("outcome_code"),
        *_moment("ended_at", optional=True),
        *keys,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
    )
    for column in names:
        op.create_index(op.f(f"ix_merger_{column}"), "merger", [column])


def _table(name: str, proposal: str, *groups: list, unique: tuple[str, ...] = ()) -> None:
    columns = [sa.Column("id", sa.Integer(), nullable=False)]
    if proposal:
        columns.append(sa.Column(proposal, sa.Integer(), nullable=False))
        key = sa.ForeignKeyConstraint([proposal], ["proposal.id"], name=op.f(f"fk_{name}_{proposal}"))
        groups = (*groups, [key])
    if unique:
        groups = (*groups, [sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}"))])
    parts = [part for group in groups for part in group]
    op.create_table(name, *columns, *parts, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))
    indexed = {"follow": ("person_id",), "join_request": ("proposal_id", "person_id"),
               "merger_part": ("proposal_id",), "merger_consent": ("person_id",),
               "split_consent": ("person_id",)}  # fmt: skip
    for column in indexed[name]:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _person(name: str) -> list:
    key = sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{name}_person_id"))
    return [sa.Column("person_id", sa.Integer(), nullable=False), key]


def _of(owner: str, name: str) -> list[list]:
    column = f"{owner}_id"
    key = sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=op.f(f"fk_{name}_{column}"), ondelete="CASCADE")
    return [[sa.Column(column, sa.Integer(), nullable=False), key]]


def _public_id(name: str) -> list:
    unique = sa.UniqueConstraint("public_id", name=op.f(f"uq_{name}_public_id"))
    return [sa.Column("public_id", sa.String(20), nullable=False), unique]


def _moment(name: str, *, optional: bool = False) -> list:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=optional)]


def _number(name: str) -> list:
    return [sa.Column(name, sa.Integer(), nullable=False)]


def _text(name: str) -> list:
    size = {"message": 1000, "answer": 10, "outcome_code": 10}[name]
    return [sa.Column(name, sa.String(size), nullable=False)]


def downgrade() -> None:
    """Remove them."""
    for name in ("split_consent", "split", "merger_consent", "merger_part", "merger", "join_request", "follow"):
        op.drop_table(name)
