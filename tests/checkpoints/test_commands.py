"""`participatory checkpoint`: sign now, compare what was kept with the database or with a published folder."""

import json

import pytest
import sqlalchemy as sa

from participatory.checkpoints.cli import checkpoint
from participatory.checkpoints.queries import checkpoints_upto
from participatory.checkpoints.rules import block, document
from participatory.core.database import db
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.journal.queries import public_part
from tests.factories import make_person
from tests.journal.chains import behind_the_triggers, write_new


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(checkpoint, [str(word) for word in words])


@pytest.fixture
def letter(run, tmp_path):
    """The letter of an observer, about a journal of three deeds and the row of the key."""
    write_new(3)
    assert run("sign").exit_code == 0
    file = tmp_path / "lettre.txt"
    file.write_text(f"Bonjour,\n{block(checkpoints_upto(9)[0])}\n", "utf-8")
    return file


@pytest.fixture
def folder(letter, tmp_path):
    """The journal of a published folder."""
    made = tmp_path / "dossier"
    made.mkdir()
    lines = [json.dumps(line) + "\n" for line in public_part("aucun", 99)]
    (made / "journal.jsonl").write_text("".join(lines), "utf-8")
    return made


def test_signing_says_what_was_signed_and_how_many_are_told(run):
    write_new(1)
    make_person(roles=(Role.OBSERVER,))
    said = run("sign")
    assert "Row 2 signed" in said.output
    assert "1 observers told" in said.output
    assert "already" in run("sign").output


def test_a_letter_holds_beside_the_database(run, letter):
    write_new(2)
    said = run("verify", letter, letter)
    assert (said.exit_code, "2 checkpoints hold" in said.output) == (0, True)


def test_a_letter_shows_a_rewritten_database(run, letter):
    behind_the_triggers(sa.update(JournalEntry).where(JournalEntry.position == 2).values(actor="autre"))
    said = run("verify", letter)
    assert said.exit_code == 1
    assert "row 2 was altered" in said.output
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(sa.delete(JournalEntry).where(JournalEntry.position == 4))
    assert "cut off" in run("verify", letter).output


def test_a_letter_holds_beside_a_published_folder_without_a_database(run, letter, folder, monkeypatch):
    monkeypatch.setattr("participatory.journal.queries.digest_at", None)
    said = run("verify", letter, "--bundle", folder)
    assert (said.exit_code, "1 checkpoints hold" in said.output) == (0, True)


def test_a_letter_shows_a_rewritten_folder(run, letter, folder):
    rows = [json.loads(line) for line in (folder / "journal.jsonl").read_text("utf-8").splitlines()]
    rows[3]["digest"] = "0" * 64
    (folder / "journal.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    said = run("verify", letter, "--bundle", folder)
    assert (said.exit_code, "rewritten" in said.output) == (1, True)


def test_a_checkpoint_from_after_the_folder_is_said_not_to_be_compared(run, letter, folder, tmp_path):
    write_new(1)
    run("sign")
    file = tmp_path / "tous.json"
    file.write_text(json.dumps([document(each) for each in checkpoints_upto(99)]))
    said = run("verify", file, "--bundle", folder)
    assert said.exit_code == 0
    assert "Row 5 is after the end" in said.output
    assert "1 checkpoints hold" in said.output
    file.write_text(json.dumps(document(checkpoints_upto(99)[1])))
    assert run("verify", file, "--bundle", folder).exit_code == 1


@pytest.mark.parametrize("content", [None, "pas du JSON\n", '{"position": 1}\n', "[]\n"])
def test_a_folder_that_cannot_be_read_is_refused(run, letter, tmp_path, content):
    made = tmp_path / "autre"
    made.mkdir()
    if content is not None:
        (made / "journal.jsonl").write_text(content)
    assert "journal.jsonl" in run("verify", letter, "--bundle", made).output
    assert run("verify", letter, "--bundle", made).exit_code == 1


def test_a_file_without_a_checkpoint_is_refused(run, tmp_path):
    file = tmp_path / "rien.txt"
    file.write_text("Bonjour")
    assert run("verify", file).exit_code == 1
