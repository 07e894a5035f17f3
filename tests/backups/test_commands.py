"""`participatory backup`: made while others write, encrypted during a vote, put back whole or not at all."""

import dataclasses
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from participatory.backups import making
from participatory.backups.cli import backup
from participatory.backups.container import PIECE_BYTES, decrypted, encrypted
from participatory.backups.reading import head_of
from participatory.backups.rules import opened_key
from participatory.ballots.models import Envelope, UrnState
from participatory.ballots.steps import BY_SYSTEM, ORDER, take_step
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, faults, length, record
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.rounds.models import Round
from participatory.urn.shares import split
from tests.ballots.conftest import build, deposit
from tests.factories import KEY, deposit_ballot, make_person
from tests.journal.chains import write_new

SHARES = split(KEY.private, 3, 2)


@pytest.fixture
def run(app_on_each_database):
    runner = app_on_each_database.test_cli_runner()

    def invoke(*words, said=()):
        db.session.rollback()
        return runner.invoke(backup, [str(word) for word in words], input="".join(f"{line}\n" for line in said))

    return invoke


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


def only(folder):
    [path] = folder.iterdir()
    return path


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def seal(round_: Round) -> None:
    with transaction():
        for state in ORDER[: ORDER.index(UrnState.SEALED) + 1]:
            take_step(round_, state, BY_SYSTEM, now())


def test_a_backup_puts_the_database_back_as_it_was(run, folder):
    person = make_person(name="Avant").id
    write_new(2)
    made = run("create", folder)
    assert made.exit_code == 0, made.output
    path = only(folder)
    assert path.name in made.output.replace("\n", "")
    assert path.stat().st_mode & 0o777 == 0o600
    assert verbs()[-1] == "backup.made"
    with transaction():
        db.session.get(Person, person).display_name = "Après"
    write_new(3)
    done = run("restore", path, "--replace")
    assert done.exit_code == 0, done.output
    assert db.session.get(Person, person).display_name == "Avant"
    assert (length(), list(faults())) == (2, [])
    write_new(1)
    assert list(faults()) == []


def test_what_was_put_back_can_be_saved_and_put_back_again(run, folder, tmp_path):
    write_new(2)
    run("create", folder)
    run("restore", only(folder), "--replace")
    again = tmp_path / "again"
    again.mkdir()
    assert run("create", again).exit_code == 0
    assert run("restore", only(again), "--replace").exit_code == 0
    assert length() == 2
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM journal_entry"))


def test_a_database_that_is_not_empty_is_not_overwritten_unasked(run, folder):
    write_new(2)
    run("create", folder)
    write_new(1)
    refused = run("restore", only(folder))
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert length() == 4


def empty_database() -> None:
    """Leave a database without a table: no file at all on SQLite."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        return
    db.engine.dispose()
    path = Path(db.engine.url.database)
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def test_an_empty_database_takes_a_backup(run, folder):
    write_new(2)
    run("create", folder)
    empty_database()
    done = run("restore", only(folder))
    assert done.exit_code == 0, done.output
    assert (length(), list(faults())) == (2, [])


def test_a_backup_made_while_others_write_is_whole(run, folder, app_on_each_database):
    write_new(50)
    stop, written = threading.Event(), []

    def write():
        with app_on_each_database.app_context():
            while not stop.is_set():
                with transaction():
                    written.append(record(Verb.PERSON_CREATED, SYSTEM, now(), person="p").position)
            db.session.remove()

    writers = [threading.Thread(target=write) for _each in range(2)]
    for each in writers:
        each.start()
    try:
        for _turn in range(3):
            made = run("create", folder)
            assert made.exit_code == 0, made.output
    finally:
        stop.set()
        for each in writers:
            each.join()
    last = max(written)
    for path in sorted(folder.iterdir()):
        head = head_of(path)
        done = run("restore", path, "--replace")
        assert done.exit_code == 0, done.output
        assert list(faults()) == []
        assert 50 <= length() == head.position <= last + 3


def test_during_a_vote_the_backup_opens_with_the_shares_of_the_trustees_alone(run, folder):
    world = build()
    receipt, ids, places = deposit(world, world.ids[:1]), world.ids, (world.round.id, world.person.id)
    made = run("create", folder)
    assert "Encrypted to 2 of the 3 trustees" in made.output
    path = only(folder)
    assert path.name.endswith("-vote.backup")
    assert [each.round for each in head_of(path).rounds] == [world.round.public_id]
    assert receipt.encode() not in path.read_bytes()
    assert (
        f'"rounds":["{world.round.public_id}"]'
        in db.session.scalars(sa.select(JournalEntry.payload).where(JournalEntry.verb == "backup.made")).one()
    )
    deposit(world, world.ids[1:2])
    wrong = run("restore", path, "--replace", said=[SHARES[0]])
    assert wrong.exit_code == 1
    done = run("restore", path, "--replace", said=["presque une part", SHARES[2], SHARES[0]])
    assert done.exit_code == 0, done.output
    assert db.session.scalars(sa.select(Envelope.receipt)).all() == [receipt]
    assert list(faults()) == []
    # A ballot can be cast again from there.
    round_, person = db.session.get(Round, places[0]), db.session.get(Person, places[1])
    assert [deposit_ballot(round_, person, ids[2:3])] == db.session.scalars(sa.select(Envelope.receipt)).all()


@pytest.mark.parametrize("shares", [split(bytes(reversed(range(32))), 3, 2)[:2], [SHARES[0], SHARES[0]], []])
def test_other_shares_open_nothing_and_change_nothing(run, folder, shares):
    world = build()
    deposit(world, world.ids[:1])
    run("create", folder)
    before = length()
    assert run("restore", only(folder), "--replace", said=shares).exit_code == 1
    assert length() == before


def test_a_round_whose_key_waits_or_whose_urn_is_sealed_needs_no_trustee(run, folder):
    world = build()
    run("create", folder)
    assert head_of(only(folder)).rounds == ()
    deposit(world, world.ids[:1])
    seal(world.round)
    only(folder).unlink()
    run("create", folder)
    assert head_of(only(folder)).rounds == ()


def test_an_annulled_vote_is_over_like_a_sealed_one(run, folder):
    world = build()
    deposit(world, world.ids[:1])
    run("create", folder)
    with transaction():
        take_step(world.round, UrnState.ANNULLED, BY_SYSTEM, now())
    assert "1 backups expired" in run("prune", folder).output
    run("create", folder)
    assert head_of(only(folder)).rounds == ()


def test_two_open_votes_need_the_trustees_of_both(run, folder):
    worlds = [build(), build()]
    for world in worlds:
        deposit(world, world.ids[:1])
    run("create", folder)
    assert len(head_of(only(folder)).rounds) == 2
    assert run("restore", only(folder), "--replace", said=SHARES[:2]).exit_code == 1
    assert run("restore", only(folder), "--replace", said=[*SHARES[:2], *SHARES[1:]]).exit_code == 0


@pytest.mark.parametrize("harm", ["cut", "altered", "head", "swapped", "other"])
def test_a_backup_that_is_not_whole_changes_nothing(run, folder, harm):
    write_new(400)
    run("create", folder)
    path, before = only(folder), length()
    content = bytearray(path.read_bytes())
    start = content.index(b"\n", content.index(b"\n") + 1) + 1
    piece = PIECE_BYTES + 16
    assert len(content) > start + 2 * piece
    if harm == "cut":
        content = content[: start + piece]
    elif harm == "altered":
        content[-100] ^= 1
    elif harm == "head":
        content = content.replace(b"+00:00", b"+01:00", 1)
    elif harm == "swapped":
        first, second = (bytes(content[at : at + piece]) for at in (start, start + piece))
        content[start : start + 2 * piece] = second + first
    else:
        content = bytearray(b"SQLite format 3\0" + bytes(4000))
    path.write_bytes(content)
    refused = run("restore", path, "--replace")
    assert refused.exit_code == 1
    assert (length(), list(faults())) == (before, [])


def test_a_restoration_that_fails_in_the_database_changes_nothing(run, folder, monkeypatch):
    write_new(2)
    run("create", folder)
    before = length()
    monkeypatch.setattr("participatory.backups.reading._content", lambda _path, _key: iter([b"PGDMP is no dump" * 99]))
    refused = run("restore", only(folder), "--replace")
    assert refused.exit_code == 1
    assert (length(), list(faults())) == (before, [])
    assert run("create", folder).exit_code == 0


def test_a_backup_of_the_other_database_is_refused(run, folder, monkeypatch):
    write_new(1)
    run("create", folder)
    monkeypatch.setattr("participatory.backups.reading.kind", lambda: "other")
    assert "backup of" in run("restore", only(folder), "--replace").output


def test_at_the_sealing_the_backups_of_the_vote_expire_and_the_others_stay(run, folder):
    other, world = build(), build()
    for each in (other, world):
        run("create", folder)
        deposit(each, each.ids[:1])
    run("create", folder)
    (folder / "photo.backup").write_bytes(b"autre chose")
    (folder / ".0a1b.part").write_bytes(max(folder.glob("*-vote.backup")).read_bytes())
    assert "0 backups expired" in run("prune", folder).output
    seal(world.round)
    said = run("prune", folder)
    assert (said.exit_code, "2 backups expired" in said.output) == (0, True)
    left = sorted(folder.iterdir())
    assert len(left) == 3
    assert verbs().count("backup.expired") == 1
    assert "0 backups expired" in run("prune", folder).output
    seal(other.round)
    assert "1 backups expired" in run("prune", folder).output
    assert len(list(folder.glob("*-vote.backup"))) == 0
    assert list(faults()) == []


def test_a_backup_that_cannot_be_journalled_leaves_no_file(run, folder, monkeypatch):
    def refuse(*_args, **_values):
        raise OSError("disk full")

    monkeypatch.setattr("participatory.backups.making.record", refuse)
    assert "disk full" in run("create", folder).output
    assert list(folder.iterdir()) == []


def test_without_the_programs_of_postgresql_the_command_says_what_is_missing(postgresql_app, folder, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    said = postgresql_app.test_cli_runner().invoke(backup, ["create", str(folder)])
    assert said.exit_code == 1
    assert "pg_dump is not on PATH" in said.output
    assert list(folder.iterdir()) == []


def test_the_password_of_the_database_is_on_no_command_line(postgresql_app, folder, monkeypatch):
    seen = []

    def note(command, **values):
        seen.append((command, values["env"]["PGPASSWORD"]))
        raise OSError("stopped")

    monkeypatch.setattr("participatory.backups.databases.subprocess.Popen", note)
    monkeypatch.setattr(db.engine, "url", db.engine.url.set(password="un-secret"))
    said = postgresql_app.test_cli_runner().invoke(backup, ["create", str(folder)])
    assert "stopped" in said.output
    [(command, password)] = seen
    assert "un-secret" not in str(command)
    assert password == "un-secret"


def test_a_head_that_lies_about_the_journal_replaces_nothing(run, folder):
    write_new(3)
    made = making.create(folder, now())
    with made.path.open("rb") as file:
        bound = file.readline() + file.readline()
        key = opened_key(made.head, {})
        content = b"".join(decrypted(file, key, bound))
    lie = dataclasses.replace(made.head, position=made.head.position + 7).to_bytes()
    hostile = folder / "hostile.backup"
    hostile.write_bytes(lie + b"".join(encrypted([content], key, lie)))
    late = make_person().public_id
    answer = run("restore", hostile, "--replace")
    assert answer.exit_code == 1
    assert "nothing was changed" in answer.output
    db.session.rollback()
    assert db.session.scalar(sa.select(Person.id).where(Person.public_id == late)) is not None
