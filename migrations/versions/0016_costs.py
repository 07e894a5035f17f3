"""Unit costs, co-funding and the costing dialogue."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "unit_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("kind_code", sa.String(20), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("theme_codes", sa.JSON(), nullable=False),
        sa.Column("priced_on", sa.Date(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_cost")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unit_cost_public_id")),
    )
    op.create_index(
        "uq_unit_cost_present",
        "unit_cost",
        ["key"],
        unique=True,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    with op.batch_alter_table("cost_line") as table:
        table.add_column(sa.Column("source", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("unit_cost_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_cost_line_unit_cost_id"), "unit_cost", ["unit_cost_id"], ["id"])
    op.create_table(
        "co_funding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("funder_code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("covers", sa.String(120), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("state_code", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_co_funding_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_funding")),
    )
    op.create_index(op.f("ix_co_funding_proposal_id"), "co_funding", ["proposal_id"])
    op.create_table(
        "costing_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act_code", sa.String(20), nullable=False),
        sa.Column("label", sa.String(160), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_costing_step_proposal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_costing_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costing_step")),
        sa.UniqueConstraint(
            "proposal_id", "position", "number", name=op.f("uq_costing_step_proposal_id_position_number")
        ),
    )
    op.create_index(op.f("ix_costing_step_person_id"), "costing_step", ["person_id"])
    op.create_table(
        "finding_draft",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("feasible", sa.Boolean(), nullable=False),
        sa.Column("final_cents", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_finding_draft_proposal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_finding_draft_person_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_finding_draft")),
    )
    op.create_index(op.f("ix_finding_draft_person_id"), "finding_draft", ["person_id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("finding_draft")
    op.drop_table("costing_step")
    op.drop_table("co_funding")
    with op.batch_alter_table("cost_line") as table:
        table.drop_constraint(op.f("fk_cost_line_unit_cost_id"), type_="foreignkey")
        table.drop_column("unit_cost_id")
        table.drop_column("source")
    op.drop_table("unit_cost")
