"""Sealed envelopes in the place of plain ballots, the key of a round, the steps of the vote."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

REFUSAL = "sealed ballots never change"
_PLAIN = sa.table(
    "ballot", sa.column("round_id", sa.Integer), sa.column("document", sa.Text), sa.column("idempotency_key", sa.String)
)
_OPENED = sa.table(
    "opened_ballot",
    sa.column("round_id", sa.Integer),
    sa.column("contest", sa.String),
    sa.column("position", sa.Integer),
    sa.column("choices", sa.Text),
    sa.column("tracker", sa.String),
)


def upgrade() -> None:
    """Add the tables of the sealed vote; keep the ballots of finished rounds as opened ones, and drop the plain urn."""
    _refuse_plain_votes_under_way()
    _create_urn()
    _create_steps()
    _create_keys()
    # Added and dropped in place: made again, the table would get the row numbers that it must not have on SQLite.
    op.add_column("signature", sa.Column("batch", sa.String(20), nullable=False, server_default=""))
    for name, former, present in (
        ("count", ["round_id"], ["round_id", "contest"]),
        ("publication", ["round_id", "edition"], ["round_id", "contest", "edition"]),
    ):
        _add_contest(name, former, present)
    op.add_column("count", sa.Column("election", sa.Text(), nullable=False, server_default=""))
    _keep_finished_rounds()
    op.drop_table("vote_closing")
    op.drop_table("ballot")
    _protect_sealed_ballots()


def _refuse_plain_votes_under_way() -> None:
    query = (
        "SELECT COUNT(*) FROM ballot WHERE round_id NOT IN (SELECT round_id FROM vote_closing)"
        " AND round_id IN (SELECT id FROM round WHERE origin = '')"
    )
    if op.get_bind().scalar(sa.text(query)):
        raise RuntimeError(
            "a vote is under way with plain ballots: close it before this upgrade, or vote again after it"
        )


def _create_urn() -> None:
    op.create_table(
        "envelope",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("batch", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_envelope_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_envelope_idempotency_key")),
        sa.UniqueConstraint("receipt", name=op.f("uq_envelope_receipt")),
        sa.UniqueConstraint("round_id", "slot", name=op.f("uq_envelope_round_id_slot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_envelope_round_id"), "envelope", ["round_id"])
    op.create_table(
        "challenge",
        sa.Column("receipt", sa.String(64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_challenge_round_id")),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_challenge")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_challenge_round_id"), "challenge", ["round_id"])
    op.create_table(
        "sealed_ballot",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(64), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_sealed_ballot_round_id")),
        sa.PrimaryKeyConstraint("round_id", "receipt", name=op.f("pk_sealed_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opened_ballot",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("contest", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("tracker", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_opened_ballot_round_id")),
        sa.PrimaryKeyConstraint("round_id", "contest", "position", name=op.f("pk_opened_ballot")),
        sqlite_with_rowid=False,
    )


def _create_steps() -> None:
    op.create_table(
        "vote_opening",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rulebook_digest", sa.String(64), nullable=False),
        sa.Column("projects", sa.JSON(), nullable=False),
        sa.Column("projects_digest", sa.String(64), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("padded_size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_vote_opening_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_vote_opening")),
    )
    op.create_table(
        "vote_step",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by", sa.String(40), nullable=False),
        sa.Column("second_by", sa.String(40), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint("first_by = 'system' OR first_by <> second_by", name=op.f("ck_vote_step_two_people")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_vote_step_round_id")),
        sa.PrimaryKeyConstraint("round_id", "state", name=op.f("pk_vote_step")),
    )
    op.create_table(
        "setting_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.String(32), nullable=False),
        sa.Column("motive", sa.String(20), nullable=False),
        sa.Column("evidence", sa.String(600), nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("told", sa.String(300), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wish", sa.String(10), nullable=False),
        sa.Column("answer", sa.String(600), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("second_by", sa.String(40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("second_by = '' OR second_by <> author", name=op.f("ck_setting_aside_two_people")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_setting_aside_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_aside")),
        sa.UniqueConstraint("envelope_id", name=op.f("uq_setting_aside_envelope_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_setting_aside_public_id")),
    )
    op.create_index(op.f("ix_setting_aside_round_id"), "setting_aside", ["round_id"])


def _create_keys() -> None:
    op.create_table(
        "election_key",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("trustees", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_here", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_election_key_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_election_key")),
    )
    op.create_table(
        "key_reminder",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("voting_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_key_reminder_round_id")),
        sa.PrimaryKeyConstraint("round_id", "voting_at", "days", name=op.f("pk_key_reminder")),
    )
    op.create_table(
        "counting_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.String(300), nullable=False),
        sa.Column("void", sa.Integer(), nullable=False),
        sa.Column("blanked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_counting_run_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_run")),
    )
    op.create_index(op.f("ix_counting_run_round_id"), "counting_run", ["round_id"])


def _add_contest(name: str, former: list[str], present: list[str]) -> None:
    with op.batch_alter_table(name) as table:
        table.add_column(sa.Column("contest", sa.String(40), nullable=False, server_default="main"))
    with op.batch_alter_table(name) as table:
        table.drop_constraint(op.f(f"uq_{name}_{'_'.join(former)}"), type_="unique")
        table.create_unique_constraint(op.f(f"uq_{name}_{'_'.join(present)}"), present)


def _keep_finished_rounds() -> None:
    """Ballots of finished rounds become opened ones in canonical order; their closing and count become steps."""
    bind = op.get_bind()
    for (round_id,) in bind.execute(sa.text("SELECT DISTINCT round_id FROM ballot ORDER BY round_id")).all():
        documents = bind.scalars(sa.select(_PLAIN.c.document).where(_PLAIN.c.round_id == round_id))
        choices = sorted(
            " ".join(f"{project}:{value}" for project, value in sorted(json.loads(text)["choices"]))
            for text in documents
        )
        rows = [
            {"round_id": round_id, "contest": "main", "position": number, "choices": text, "tracker": ""}
            for number, text in enumerate(choices)
        ]
        bind.execute(sa.insert(_OPENED), rows)
    closings = bind.execute(sa.text("SELECT round_id, closed_at, closed_by, signatures, ballots FROM vote_closing"))
    for round_id, at, by, signatures, ballots in closings.all():
        figures = json.dumps({"signatures": signatures, "ballots": ballots})
        for state in ("closed", "sealed"):
            _step(round_id, state, at, by, figures)
    for state, query in (
        ("counted", "SELECT round_id, counted_at, counted_by FROM count"),
        ("published", "SELECT round_id, published_at, published_by FROM publication WHERE edition = 1"),
    ):
        for round_id, at, by in bind.execute(sa.text(query)).all():
            _step(round_id, state, at, by, "{}")


def _step(round_id: int, state: str, at: object, by: str, figures: str) -> None:
    # One officer was enough then: the row says so by naming the system first.
    op.get_bind().execute(
        sa.text(
            "INSERT INTO vote_step (round_id, state, at, first_by, second_by, figures)"
            " VALUES (:round_id, :state, :at, 'system', :by, :figures)"
        ),
        {"round_id": round_id, "state": state, "at": at, "by": by, "figures": figures},
    )


def _protect_sealed_ballots() -> None:
    annulled = "SELECT 1 FROM vote_step WHERE round_id = OLD.round_id AND state = 'annulled'"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER sealed_ballot_refuses_update BEFORE UPDATE ON sealed_ballot "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        op.execute(
            f"CREATE TRIGGER sealed_ballot_refuses_delete BEFORE DELETE ON sealed_ballot WHEN NOT EXISTS ({annulled}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_sealed_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF EXISTS ({annulled}) THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER sealed_ballot_refuses_change BEFORE UPDATE OR DELETE ON sealed_ballot "
        "FOR EACH ROW EXECUTE FUNCTION refuse_sealed_change()"
    )
    op.execute(
        "CREATE TRIGGER sealed_ballot_refuses_truncate BEFORE TRUNCATE ON sealed_ballot "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_change()"
    )


def downgrade() -> None:
    """Go back to an empty plain urn; refused once there are ballots that cannot be made plain again."""
    if op.get_bind().scalar(sa.text("SELECT (SELECT COUNT(*) FROM envelope) + (SELECT COUNT(*) FROM sealed_ballot)")):
        raise RuntimeError("sealed ballots cannot be turned back into plain ones")
    _restore_plain_urn()
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER sealed_ballot_refuses_update")
        op.execute("DROP TRIGGER sealed_ballot_refuses_delete")
    for name, former, present in (
        ("count", ["round_id"], ["round_id", "contest"]),
        ("publication", ["round_id", "edition"], ["round_id", "contest", "edition"]),
    ):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"uq_{name}_{'_'.join(present)}"), type_="unique")
            table.create_unique_constraint(op.f(f"uq_{name}_{'_'.join(former)}"), former)
            table.drop_column("contest")
    op.drop_column("count", "election")
    op.drop_column("signature", "batch")
    for name in (
        "counting_run", "key_reminder", "election_key", "setting_aside", "vote_step", "vote_opening",
        "opened_ballot", "sealed_ballot", "challenge", "envelope",
    ):  # fmt: skip
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_sealed_change()")


def _restore_plain_urn() -> None:
    op.create_table(
        "vote_closing",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.String(40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_vote_closing_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_vote_closing")),
    )
    op.create_table(
        "ballot",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ballot_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ballot_idempotency_key")),
        sa.UniqueConstraint("receipt", name=op.f("uq_ballot_receipt")),
        sa.UniqueConstraint("round_id", "slot", name=op.f("uq_ballot_round_id_slot")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_round_id"), ["round_id"], unique=False)
