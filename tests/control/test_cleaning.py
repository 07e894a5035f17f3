"""After a sealing nothing that was deleted is left in the files of the database, nor the link key."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from participatory.ballots.actions import withdraw
from participatory.ballots.models import Envelope, UrnState
from participatory.ballots.queries import step_of
from participatory.ballots.rules import slot
from participatory.control import cleaning
from participatory.control.cleaning import Cleaned, clean_after, destroy_left_keys, rounds_to_clean
from participatory.control.jobs import clean_what_waits
from participatory.control.reading import panel
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.outbox.models import Letter
from participatory.rounds.rules import Phase
from tests.control.conftest import World, make_world
from tests.factories import deposit_ballot, move_round

STEPS = ("cloturer", "controler", "sceller")


def traces(world: World) -> list[bytes]:
    """What must not be read any more: the slots, and the ciphertexts of ballots that do not count."""
    key = world.store.get("link", world.round.public_id)
    return [slot(key, world.round.public_id, voter.pseudonym).encode() for voter in world.voters]


def sealed_world(world: World | None = None) -> tuple[World, list[bytes]]:
    """A vote with a ballot that was replaced and one that was withdrawn, sealed; and what must be gone."""
    world = world or make_world()
    world.vote(40)
    gone = [bytes(text) for text in db.session.scalars(sa.select(Envelope.ciphertext).limit(20))]
    kept = traces(world)
    letter = {"round": "", "again": "", "help": "", "closes": ""}
    for person in world.people[:20]:
        deposit_ballot(world.round, person, [world.projects[1].public_id])
    for person in world.people[20:24]:
        with transaction():
            withdraw(world.round, person, now(), world.store, **letter)
    still = {bytes(text) for text in db.session.scalars(sa.select(Envelope.ciphertext))}
    move_round(world.round, Phase.CONTROL)
    world.do(*STEPS)
    return world, [*kept, *(text[:48] for text in gone if text not in still)]


def found(files: list[Path], wanted: list[bytes]) -> int:
    content = b"".join(path.read_bytes() for path in files if path.exists())
    return sum(each in content for each in wanted)


def test_nothing_deleted_is_left_in_the_files_of_sqlite(app: Flask):
    world, wanted = sealed_world()
    path = Path(db.engine.url.database)
    files = [path, path.with_name(path.name + "-wal")]
    assert len(wanted) > 40
    # Without the cleaning, the log still holds them: this is what it is for.
    assert found(files, wanted) > 0
    done = clean_after(world.round, world.store)
    assert done == Cleaned()
    assert found(files, wanted) == 0


def test_nothing_deleted_is_left_in_the_relations_of_postgresql(postgresql_app: Flask):
    world, wanted = sealed_world()
    before = relations()
    assert found(before, wanted) > 0
    assert clean_after(world.round, world.store) == Cleaned()
    after = relations()
    assert found([*before, *after], wanted) == 0


def relations() -> list[Path]:
    folder = Path(db.session.scalar(sa.text("SHOW data_directory")))
    names = [db.session.scalar(sa.text("SELECT pg_relation_filepath(:t)"), {"t": name}) for name in cleaning.TABLES]
    indexes = sa.text("SELECT pg_relation_filepath(indexrelid) FROM pg_index WHERE indrelid = CAST(:t AS regclass)")
    names += [path for name in cleaning.TABLES for path in db.session.scalars(indexes, {"t": name})]
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))
    db.session.remove()
    return [folder / name for name in names]


def test_rows_that_an_old_transaction_still_sees_are_said_and_taken_later(postgresql_app: Flask):
    world = make_world()
    move_round(world.round, Phase.CONTROL)
    world.do("cloturer", "controler")
    with db.engine.connect() as reader:
        reader.execution_options(isolation_level="REPEATABLE READ").execute(sa.text("SELECT 1 FROM round"))
        world.do("sceller")
        done = clean_after(world.round, world.store)
    assert {line.split(": ")[1] for line in done.busy} == {"an old transaction still sees deleted rows"}
    assert done.state == "waiting"
    assert clean_after(world.round, world.store).state == "done"


def test_a_service_without_the_rights_says_what_is_left_to_the_operator(postgresql_app: Flask, monkeypatch):
    world = make_world()
    move_round(world.round, Phase.CONTROL)
    world.do(*STEPS)
    real = cleaning._clean_postgresql

    def as_a_plain_role(driver: psycopg.Connection):
        driver.rollback()
        driver.autocommit = True
        driver.execute("CREATE ROLE plain_service")
        driver.execute("SET ROLE plain_service")
        try:
            return real(driver)
        finally:
            driver.execute("RESET ROLE")
            driver.execute("DROP ROLE plain_service")

    monkeypatch.setattr(cleaning, "_clean_postgresql", as_a_plain_role)
    done = clean_after(world.round, world.store)
    assert {line.split(":")[0] for line in done.left} >= {"VACUUM FULL envelope", "SELECT pg_switch_wal()"}
    world.reread()
    assert panel(world.round, world.first, now()).cleaned == "partial"
    assert rounds_to_clean() == []


def test_a_reader_of_the_former_content_has_the_log_cut_later(app: Flask):
    world = make_world()
    move_round(world.round, Phase.CONTROL)
    with db.engine.connect() as reader:
        reader.execute(sa.text("SELECT count(*) FROM envelope"))
        world.do(*STEPS)
        assert clean_after(world.round, world.store).state == "waiting"
    assert [each.id for each in rounds_to_clean()] == [world.round.id]
    assert clean_what_waits() == 1
    assert step_of(world.round, UrnState.SEALED).figures["cleaned"] == "done"
    assert clean_what_waits() == 0


def test_a_key_left_by_a_process_that_died_after_the_commit_is_destroyed_by_the_job(app: Flask, monkeypatch):
    world = make_world()
    key, left = world.store.get("link", world.round.public_id), make_world()
    move_round(world.round, Phase.CONTROL)
    # As if the process had died between the commit and what follows it.
    monkeypatch.setattr("participatory.control.sealing.after_commit", lambda _callback: None)
    world.do(*STEPS)
    assert world.store.find("link", world.round.public_id) == key
    clean_what_waits()
    world.reread()
    left.reread()
    assert world.store.find("link", world.round.public_id) is None
    assert left.store.find("link", left.round.public_id) is not None
    assert destroy_left_keys(world.store) == 0


def test_the_operator_cleans_by_a_command(app: Flask):
    world = make_world()
    runner = app.test_cli_runner()
    from participatory.control.cli import seal

    refused = runner.invoke(seal, ["clean", world.round.slug])
    assert refused.exit_code == 1
    assert "neither sealed" in refused.output
    move_round(world.round, Phase.CONTROL)
    world.do(*STEPS)
    world.store.keep("link", world.round.public_id, b"x" * 32)
    db.session.remove()
    assert "cleaned" in runner.invoke(seal, ["clean", world.round.slug]).output
    assert world.store.find("link", world.round.public_id) is None
    assert runner.invoke(seal, ["clean", "inconnu"]).exit_code == 1


def test_a_sealing_asks_the_worker_at_once(app: Flask):
    world = make_world()
    move_round(world.round, Phase.CONTROL)
    huey = current_app.extensions["jobs"].huey
    huey.flush()
    world.do(*STEPS)
    names = [task.name for task in huey.pending()]
    assert "clean_after_sealing" in names


def test_neither_the_number_of_a_transaction_nor_the_order_of_rows_joins_a_voter_to_a_receipt(postgresql_app: Flask):
    world = make_world()
    world.vote(6)
    for person in reversed(world.people[:3]):
        deposit_ballot(world.round, person, [world.projects[1].public_id])
    cast = "SELECT count(*) FROM journal_entry AS j, {} WHERE j.verb = 'ballot.cast' AND {}::text = j.xmin::text"
    signed, locked = sa.text(cast.format("signature AS s", "s.xmin")), sa.text(cast.format("voter AS v", "v.xmax"))
    noted = sa.text(cast.format("integrity_signal AS i", "i.xmin"))
    assert db.session.scalar(signed) > 0
    assert db.session.scalar(noted) == 9
    move_round(world.round, Phase.CONTROL)
    world.do(*STEPS)
    assert clean_after(world.round, world.store) == Cleaned()
    assert db.session.scalar(signed) == db.session.scalar(locked) == 0
    lying = list(db.session.scalars(sa.text("SELECT voter_id FROM signature ORDER BY ctid")))
    assert lying == sorted(lying)
    assert db.session.scalar(noted) == 0
    lying = list(db.session.scalars(sa.text("SELECT id FROM integrity_signal ORDER BY ctid")))
    assert lying == sorted(lying)
    assert len(lying) == 9


@pytest.mark.parametrize("words", [STEPS, ("annuler",)])
def test_no_letter_of_a_ballot_waits_once_the_links_are_destroyed(app_on_each_database: Flask, words: tuple[str, ...]):
    other, world = make_world(), make_world()
    with transaction():
        voter, letter = world.people[0], {"round": "", "again": "", "help": "", "closes": ""}
        withdraw(world.round, voter, now(), world.store, **letter)
    waiting = sa.select(Letter.recipient).where(Letter.template.in_(["ballot_cast", "ballot_withdrawn"]))
    assert len(db.session.scalars(waiting).all()) == 7
    move_round(world.round, Phase.CONTROL)
    world.do(*words)
    # Those of another vote wait on: its voters are still told.
    assert sorted(db.session.scalars(waiting)) == sorted(person.email for person in other.people)
    assert db.session.scalar(sa.select(sa.func.count()).where(Letter.template == "vote_annulled")) == (
        2 if words == ("annuler",) else 0
    )
