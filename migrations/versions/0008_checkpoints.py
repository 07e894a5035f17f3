"""Journal rows whose deed can be withheld, and signed heads."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

REFUSAL = "checkpoints are append-only"


def upgrade() -> None:
    """Add the columns and the table; rows that are there keep the old form, with neither salt nor content."""
    # In place on both databases: a batch would rebuild the table on SQLite and take its triggers away.
    op.add_column("journal_entry", sa.Column("salt", sa.String(length=32), server_default="", nullable=False))
    op.add_column("journal_entry", sa.Column("content", sa.String(length=64), server_default="", nullable=False))
    op.create_table(
        "checkpoint",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_checkpoint")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER checkpoint_refuses_{deed.lower()} BEFORE {deed} ON checkpoint "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_checkpoint_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER checkpoint_refuses_change BEFORE UPDATE OR DELETE ON checkpoint "
        "FOR EACH ROW EXECUTE FUNCTION refuse_checkpoint_change()"
    )
    op.execute(
        "CREATE TRIGGER checkpoint_refuses_truncate BEFORE TRUNCATE ON checkpoint "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_checkpoint_change()"
    )


def downgrade() -> None:
    """Remove them; the chain of rows written since can then no longer be checked."""
    op.drop_table("checkpoint")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_checkpoint_change()")
    op.drop_column("journal_entry", "content")
    op.drop_column("journal_entry", "salt")
