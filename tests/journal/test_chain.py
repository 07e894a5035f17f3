"""The chain of deeds: old rows and new rows in one, each alteration named, on both databases."""

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from participatory.core.clock import now
from participatory.core.database import UtcDateTime, db, transaction
from participatory.journal.actions import SYSTEM, faults
from participatory.journal.cli import journal
from participatory.journal.models import JournalEntry
from participatory.journal.queries import head
from participatory.journal.rules import Link, Verb
from tests.conftest import MIGRATIONS
from tests.journal.chains import behind_the_triggers, write_new, write_old


def test_rows_of_both_forms_make_one_chain(app_on_each_database):
    write_old(3)
    write_new(3, first=4)
    assert list(faults()) == []
    said = app_on_each_database.test_cli_runner().invoke(journal, ["verify"])
    assert (said.exit_code, "6 deeds" in said.output) == (0, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE journal_entry SET actor = 'somebody' WHERE position = {row}", "row {row} was altered"),
        ("UPDATE journal_entry SET verb = 'person.deleted' WHERE position = {row}", "row {row} was altered"),
        (
            "UPDATE journal_entry SET payload = replace(payload, '{row}', '7') WHERE position = {row}",
            "row {row} was",
        ),
        ("UPDATE journal_entry SET at = '2020-01-01 00:00:00.000000' WHERE position = {row}", "row {row} was altered"),
        ("UPDATE journal_entry SET digest = '{zeros}' WHERE position = {row}", "row {row} was altered"),
        ("UPDATE journal_entry SET previous = '{zeros}' WHERE position = {row}", "row {row} does not follow"),
        ("DELETE FROM journal_entry WHERE position = {row}", "row {row} is missing"),
    ],
)
@pytest.mark.parametrize("row", [2, 5])
def test_what_somebody_rewrote_behind_the_triggers_is_found(app_on_each_database, change, said, row):
    write_old(3)
    write_new(3, first=4)
    behind_the_triggers(sa.text(change.format(row=row, zeros="0" * 64)))
    assert [fault for fault in faults() if fault.startswith(said.format(row=row))]
    assert app_on_each_database.test_cli_runner().invoke(journal, ["verify"]).exit_code == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_entry SET salt = replace(salt, substr(salt, 1, 1), 'x') WHERE position = 2",
        "UPDATE journal_entry SET salt = '' WHERE position = 2",
        "UPDATE journal_entry SET content = digest WHERE position = 2",
        "UPDATE journal_entry SET content = '', salt = '' WHERE position = 2",
    ],
)
def test_neither_salt_nor_content_can_be_changed_or_taken_away(app_on_each_database, change):
    write_new(3)
    behind_the_triggers(sa.text(change))
    assert [fault for fault in faults() if fault.startswith("row 2 ")]


def test_a_row_rewritten_with_its_own_digests_no_longer_leads_to_the_next(app_on_each_database):
    write_new(3)
    entry = db.session.get(JournalEntry, 2)
    forged = Link(2, entry.at, entry.verb, "somebody", entry.payload, entry.previous, entry.salt, "c" * 64)
    forged = Link(**{**vars(forged), "content": forged.bound_content()})
    new = {"actor": "somebody", "content": forged.content, "digest": forged.digest()}
    behind_the_triggers(sa.update(JournalEntry).where(JournalEntry.position == 2).values(new))
    assert list(faults()) == ["row 3 does not follow the row before it"]


def test_a_row_of_the_old_form_after_one_of_the_new_is_a_fault(app_on_each_database):
    write_new(1)
    previous, moment = head().digest, now()
    link = Link(2, moment, Verb.PERSON_CREATED.code, SYSTEM, '{"person":"2"}', previous)
    with transaction():
        fields = {"position": 2, "at": moment, "verb": link.verb, "actor": SYSTEM, "payload": link.payload}
        db.session.add(JournalEntry(**fields, previous=previous, digest=link.digest()))
    assert list(faults()) == ["row 2 has the old form after rows of the new one"]


def test_a_journal_from_before_salts_goes_on_after_the_migration(app_on_each_database):
    db.session.remove()
    downgrade(directory=str(MIGRATIONS), revision="0007")
    link = Link(1, now(), Verb.PERSON_CREATED.code, SYSTEM, '{"person":"1"}', "0" * 64)
    former = {**vars(link), "digest": link.digest()}
    del former["salt"], former["content"]
    columns = [sa.column(name, UtcDateTime() if name == "at" else None) for name in former]
    with db.engine.begin() as connection:
        connection.execute(sa.insert(sa.table("journal_entry", *columns)).values(former))
    upgrade(directory=str(MIGRATIONS))
    write_new(2, first=2)
    assert [(entry.position, bool(entry.content)) for entry in db.session.scalars(sa.select(JournalEntry))] == [
        (1, False),
        (2, True),
        (3, True),
    ]
    assert list(faults()) == []
    for statement in ("UPDATE journal_entry SET actor = 'x'", "DELETE FROM journal_entry"):
        assert_refused(statement)


def assert_refused(statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET actor = 'x'", "DELETE FROM journal_entry"])
def test_the_database_still_refuses_changes_after_the_migration(app_on_each_database, statement):
    write_new(1)
    assert_refused(statement)
