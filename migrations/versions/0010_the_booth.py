"""What the booth and its letters keep: that a basket was begun, which reminders left, who wants none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "basket_begun",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_basket_begun_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_basket_begun_round_id")),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_basket_begun")),
    )
    op.create_table(
        "reminder_sent",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_sent_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reminder_sent_round_id")),
        sa.PrimaryKeyConstraint("round_id", "person_id", "kind", name=op.f("pk_reminder_sent")),
    )
    op.create_table(
        "reminder_refusal",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_refusal_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminder_refusal")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("reminder_refusal")
    op.drop_table("reminder_sent")
    op.drop_table("basket_begun")
