"""Identifiers, sessions, second factors, doors, lists to approve, deeds of two people, and what is kept how long."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("done", sa.JSON(), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_deed_public_id")),
    )
    with op.batch_alter_table("deed", schema=None) as batch_op:
        batch_op.create_index(
            "uq_deed_waiting",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL AND expired_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL AND expired_at IS NULL"),
        )

    op.create_table(
        "deletion_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_record")),
    )
    with op.batch_alter_table("deletion_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deletion_record_at"), ["at"], unique=False)

    op.create_table(
        "inactivity_warning",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inactivity_warning_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_inactivity_warning")),
    )
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_address_change_public_id")),
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_change_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_change_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person_identifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_identifier_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_identifier")),
        sa.UniqueConstraint("value", name=op.f("uq_person_identifier_value")),
    )
    with op.batch_alter_table("person_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_identifier_person_id"), ["person_id"], unique=False)

    op.create_table(
        "personal_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("reader_role", sa.String(length=20), server_default="", nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_personal_reading_person_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_personal_reading_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_reading")),
        sa.UniqueConstraint("public_id", name=op.f("uq_personal_reading_public_id")),
    )
    with op.batch_alter_table("personal_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_reading_person_id"), ["person_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_mac", name=op.f("uq_recovery_code_code_mac")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "second_factor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=True),
        sa.Column("public_key", sa.String(length=800), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factor_credential_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_second_factor_public_id")),
    )
    with op.batch_alter_table("second_factor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_factor_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenge", sa.String(length=120), nullable=False),
        sa.Column("challenge_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_session_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_session_public_id")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "enrolment_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_enrolment_proof_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_proof_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_enrolment_proof_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_proof")),
        sa.UniqueConstraint(
            "person_id", "establishment_id", name=op.f("uq_enrolment_proof_person_id_establishment_id")
        ),
    )
    with op.batch_alter_table("enrolment_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_proof_person_id"), ["person_id"], unique=False)

    op.create_table(
        "identity_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_identity_source_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_source")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_source_public_id")),
    )
    with op.batch_alter_table("identity_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_source_establishment_id"), ["establishment_id"], unique=False)

    op.create_table(
        "roll_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=20), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_roll_list_establishment_id")),
        sa.ForeignKeyConstraint(["import_id"], ["roll_import.id"], name=op.f("fk_roll_list_import_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_list_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roll_list_public_id")),
    )
    with op.batch_alter_table("roll_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_list_round_id"), ["round_id"], unique=False)

    op.create_table(
        "roll_list_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("pseudonyms", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_roll_list_row_establishment_id")
        ),
        sa.ForeignKeyConstraint(["list_id"], ["roll_list.id"], name=op.f("fk_roll_list_row_list_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_roll_list_row_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_list_row")),
    )
    with op.batch_alter_table("roll_list_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_list_row_list_id"), ["list_id"], unique=False)

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("next_path", sa.String(length=300), nullable=False),
        sa.Column("tester", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["identity_source.id"], name=op.f("fk_sign_in_attempt_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        sa.UniqueConstraint("state", name=op.f("uq_sign_in_attempt_state")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "voter_key",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_voter_key_round_id")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_voter_key_voter_id")),
        sa.PrimaryKeyConstraint("round_id", "pseudonym", name=op.f("pk_voter_key")),
    )
    with op.batch_alter_table("voter_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voter_key_voter_id"), ["voter_id"], unique=False)

    op.create_table(
        "voter_place",
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_voter_place_establishment_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_voter_place_site_id")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_voter_place_voter_id")),
        sa.PrimaryKeyConstraint("voter_id", "establishment_id", "site_id", name=op.f("pk_voter_place")),
    )
    op.create_table(
        "two_signatures",
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["voter.id"], name=op.f("fk_two_signatures_other_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_two_signatures_round_id")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_two_signatures_voter_id")),
        sa.PrimaryKeyConstraint("voter_id", "other_id", name=op.f("pk_two_signatures")),
    )
    with op.batch_alter_table("two_signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_two_signatures_round_id"), ["round_id"], unique=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("active_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.alter_column("email", existing_type=sa.VARCHAR(length=254), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_person_merged_into_id"), "person", ["merged_into_id"], ["id"])

    # A moderator's grant now says in whose name it is held.
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope_kind", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("scope_key", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f("uq_role_grant_held"), sqlite_where=sa.text("revoked_at IS NULL"))
        batch_op.create_index(
            "uq_role_grant_held_within",
            ["person_id", "role", "scope_kind", "scope_key"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    with op.batch_alter_table("voter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site_chosen_on", sa.Date(), nullable=True))

    op.execute(
        """
        UPDATE role_grant SET scope_kind = 'association', scope_key = (
            SELECT association.slug FROM person JOIN association ON association.id = person.association_id
            WHERE person.id = role_grant.person_id
        )
        WHERE role = 'moderator' AND EXISTS (
            SELECT 1 FROM person WHERE person.id = role_grant.person_id AND person.association_id IS NOT NULL
        )
        """
    )
    # Everybody on a roll so far came in by their address: its pseudonym becomes their first key.
    op.execute("INSERT INTO voter_key (round_id, pseudonym, voter_id) SELECT round_id, pseudonym, id FROM voter")


def downgrade() -> None:
    """Undo the change; an account without an address gets one that leads nowhere."""
    op.execute("UPDATE person SET email = public_id || '@sans-adresse.invalid' WHERE email IS NULL")
    with op.batch_alter_table("voter", schema=None) as batch_op:
        batch_op.drop_column("site_chosen_on")

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grant_held_within",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("uq_role_grant_held"),
            ["person_id", "role"],
            unique=1,
            sqlite_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_column("ends_at")
        batch_op.drop_column("starts_at")
        batch_op.drop_column("scope_key")
        batch_op.drop_column("scope_kind")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_person_merged_into_id"), type_="foreignkey")
        batch_op.alter_column("email", existing_type=sa.VARCHAR(length=254), nullable=False)
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("active_on")

    with op.batch_alter_table("two_signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_two_signatures_round_id"))

    op.drop_table("two_signatures")
    op.drop_table("voter_place")
    with op.batch_alter_table("voter_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voter_key_voter_id"))

    op.drop_table("voter_key")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_expires_at"))

    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("roll_list_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_list_row_list_id"))

    op.drop_table("roll_list_row")
    with op.batch_alter_table("roll_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_list_round_id"))

    op.drop_table("roll_list")
    with op.batch_alter_table("identity_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_source_establishment_id"))

    op.drop_table("identity_source")
    with op.batch_alter_table("enrolment_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_proof_person_id"))

    op.drop_table("enrolment_proof")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_person_id"))
        batch_op.drop_index(batch_op.f("ix_sign_in_session_expires_at"))

    op.drop_table("sign_in_session")
    with op.batch_alter_table("second_factor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_factor_person_id"))

    op.drop_table("second_factor")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_person_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_change_person_id"))
        batch_op.drop_index(batch_op.f("ix_address_change_expires_at"))

    op.drop_table("address_change")
    op.drop_table("inactivity_warning")
    with op.batch_alter_table("personal_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_reading_person_id"))

    op.drop_table("personal_reading")
    with op.batch_alter_table("person_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_identifier_person_id"))

    op.drop_table("person_identifier")
    with op.batch_alter_table("deletion_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deletion_record_at"))

    op.drop_table("deletion_record")
    with op.batch_alter_table("deed", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deed_waiting",
            sqlite_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL AND expired_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL AND expired_at IS NULL"),
        )

    op.drop_table("deed")
