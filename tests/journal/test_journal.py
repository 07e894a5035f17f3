"""The journal: declared fields only, chained, and a break is named."""

import sqlite3

import pytest

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.journal.actions import SYSTEM, record
from participatory.journal.cli import journal
from participatory.journal.rules import Verb, payload


def deeds(count):
    with transaction():
        for number in range(count):
            record(Verb.PERSON_CREATED, SYSTEM, now(), person=str(number))


def test_a_deed_carries_the_fields_of_its_verb_and_no_other():
    for values in ({}, {"person": "a", "extra": 1}, {"other": "a"}):
        with pytest.raises(ValueError, match="carries"):
            payload(Verb.PERSON_CREATED, values)


def test_names_of_verbs_are_unique():
    assert len({verb.code for verb in Verb}) == len(Verb)


def test_a_whole_journal_is_said_to_be_whole(app):
    deeds(3)
    result = app.test_cli_runner().invoke(journal, ["verify"])
    assert (result.exit_code, "3 deeds" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE journal_entry SET actor = 'somebody' WHERE position = 2", "row 2 was altered"),
        ("UPDATE journal_entry SET payload = replace(payload, '1', '7') WHERE position = 2", "row 2 was altered"),
        ("DELETE FROM journal_entry WHERE position = 2", "row 2 is missing"),
        ("UPDATE journal_entry SET previous = digest WHERE position = 3", "row 3 does not follow"),
    ],
)
def test_what_somebody_rewrote_behind_the_triggers_is_found(app, change, said):
    deeds(3)
    path = app.extensions["config"].instance / "participatory.sqlite"
    with sqlite3.connect(path) as connection:
        for trigger in ("update", "delete"):
            connection.execute(f"DROP TRIGGER journal_refuses_{trigger}")
        connection.execute(change)
    connection.close()
    result = app.test_cli_runner().invoke(journal, ["verify"])
    assert result.exit_code == 1
    assert said in result.output
