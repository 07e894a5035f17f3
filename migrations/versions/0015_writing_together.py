"""Co-authors, carriers, immutable versions and amendments."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

REFUSAL = "a version of a proposal never changes"
# A version goes with its proposal: when the row above is gone already, its own may follow.
STANDS = "EXISTS (SELECT 1 FROM proposal WHERE proposal.id = OLD.proposal_id)"
_TEXTS = (("beneficiaries", sa.Text()), ("team", sa.Text()), ("starts_in", sa.String(7)), ("ends_in", sa.String(7)))
_CARRIER = (("carrier_code", sa.String(20)), ("carrier_name", sa.String(160)), ("carrier_number", sa.String(14)))


def upgrade() -> None:
    """Add what is written, the tables, and the triggers of the database at hand."""
    with op.batch_alter_table("proposal") as batch_op:
        for name, kind in (*_TEXTS, *_CARRIER):
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=""))
    _co_authors()
    _versions()
    _documents()
    _invitations()
    _amendments()
    _triggers()


def _proposal_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["proposal_id"], ["proposal.id"], name=op.f(f"fk_{table}_proposal_id"), ondelete="CASCADE"
    )


def _person_key(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, column: str) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _co_authors() -> None:
    table = "proposal_co_author"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        _proposal_key(table),
        _person_key(table, "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f(f"uq_{table}_proposal_id_person_id")),
    )
    _index(table, "person_id")


def _versions() -> None:
    table = "proposal_version"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        _proposal_key(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f(f"uq_{table}_proposal_id_number")),
    )


def _documents() -> None:
    table = "proposal_document"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _proposal_key(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("proposal_id", "key", name=op.f(f"uq_{table}_proposal_id_key")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )


def _invitations() -> None:
    table = "proposal_invitation"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("kind_code", sa.String(20), nullable=False),
        sa.Column("address", sa.String(254), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _proposal_key(table),
        _person_key(table, "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f(f"uq_{table}_token_digest")),
    )
    _index(table, "proposal_id")
    _index(table, "person_id")


def _amendments() -> None:
    table = "proposal_amendment"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("state_code", sa.String(20), nullable=False),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _proposal_key(table),
        _person_key(table, "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )
    _index(table, "proposal_id")
    _index(table, "by_id")


def _triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER proposal_version_refuses_update BEFORE UPDATE ON proposal_version "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        op.execute(
            f"CREATE TRIGGER proposal_version_refuses_delete BEFORE DELETE ON proposal_version WHEN {STANDS} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_proposal_version_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' THEN IF NOT {STANDS} THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER proposal_version_refuses_change BEFORE UPDATE OR DELETE ON proposal_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_proposal_version_change()"
    )
    op.execute(
        "CREATE TRIGGER proposal_version_refuses_truncate BEFORE TRUNCATE ON proposal_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_proposal_version_change()"
    )


def downgrade() -> None:
    """Remove the tables, whose triggers go with them, and what was added to proposals."""
    for table in ("amendment", "invitation", "document", "version", "co_author"):
        op.drop_table(f"proposal_{table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_proposal_version_change()")
    with op.batch_alter_table("proposal") as batch_op:
        for name, _kind in reversed((*_TEXTS, *_CARRIER)):
            batch_op.drop_column(name)
