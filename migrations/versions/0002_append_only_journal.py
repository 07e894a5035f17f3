"""Refuse UPDATE, DELETE and TRUNCATE on the journal, in the database itself."""

from alembic import op

revision = "0002"
down_revision = "0001"

REFUSAL = "the journal is append-only"


def upgrade() -> None:
    """Add the triggers of the database at hand."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_refuses_{deed.lower()} BEFORE {deed} ON journal_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_refuses_change BEFORE UPDATE OR DELETE ON journal_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()"
    )
    op.execute(
        "CREATE TRIGGER journal_refuses_truncate BEFORE TRUNCATE ON journal_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
    )


def downgrade() -> None:
    """Remove the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(f"DROP TRIGGER journal_refuses_{deed}")
        return
    op.execute("DROP TRIGGER journal_refuses_change ON journal_entry")
    op.execute("DROP TRIGGER journal_refuses_truncate ON journal_entry")
    op.execute("DROP FUNCTION refuse_journal_change()")
