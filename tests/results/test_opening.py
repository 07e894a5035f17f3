"""The trustees open the urn: shares typed, progress, failures that can be taken up again, one opening at a time."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from participatory.ballots.models import OpenedBallot, SealedBallot, UrnState
from participatory.ballots.queries import step_of
from participatory.ballots.steps import take_step
from participatory.control.actions import close_vote, seal_urn, take_control
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.results import runs
from participatory.results.actions import allow_count
from participatory.results.jobs import open_and_count, opener, run_apart, run_here
from participatory.results.models import Count, CountingRun
from participatory.results.queries import counts_of
from participatory.rounds.models import Round
from participatory.urn.shares import split
from tests.factories import KEY, make_person, sign_in
from tests.results.making import OFFICERS, World, allowed, voted_round

SHARES = split(KEY.private, 3, 2)


@pytest.fixture
def world(app: Flask) -> World:
    """An urn that two officers allowed to open."""
    opener().runner = run_here
    return allowed(voted_round())


def page_of(world: World, word: str = "") -> str:
    return f"/gestion/budgets/{world.round.slug}/depouillement" + (f"/{word}" if word else "")


def typed(*shares: str) -> dict[str, str]:
    return {f"share_{number}": share for number, share in enumerate(shares, start=1)}


def run_of(world: World) -> CountingRun:
    wanted = sa.select(CountingRun).where(CountingRun.round_id == world.round.id).order_by(CountingRun.id.desc())
    return db.session.scalars(wanted.execution_options(populate_existing=True)).first()


def begun(world: World) -> int:
    with transaction():
        return runs.begin(world.round, world.officer.public_id, now())


def test_the_shares_open_the_urn_and_the_count_is_there(world: World, client: FlaskClient) -> None:
    sign_in(client, world.officer)
    assert 'name="share_2"' in client.get(page_of(world)).text
    assert client.post(page_of(world, "ouvrir"), data=typed(SHARES[2], SHARES[0])).status_code == 303
    assert (run_of(world).state, run_of(world).done, run_of(world).total) == (runs.DONE, 36, 36)
    assert list(counts_of(world.round)) == ["main"]
    page = client.get(page_of(world)).text
    assert "Jardin d’Albi" in page
    assert step_of(world.round, UrnState.COUNTED).figures["tables"]["main"] in page
    assert "share_1" not in page


def test_a_wrong_share_names_its_field_and_is_never_shown_again(world: World, client: FlaskClient, caplog) -> None:
    sign_in(client, world.officer)
    wrong = SHARES[1].replace(SHARES[1].split()[7], "sandwich")
    answer = client.post(page_of(world, "ouvrir"), data=typed(SHARES[0], wrong))
    assert answer.status_code == 422
    assert "Part 2" in answer.text
    assert 'aria-describedby="share_2-erreur"' in answer.text
    for share in (SHARES[0], wrong):
        assert " ".join(share.split()[3:6]) not in answer.text + caplog.text
    assert run_of(world) is None


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((), "Aucune part"),
        ((SHARES[0],), "Il faut 2 parts"),
        ((SHARES[0], SHARES[0]), "déjà été donnée"),
        (tuple(split(bytes(reversed(range(32))), 3, 2)[:2]), "pas de la clé de ce vote"),
    ],
    ids=["none", "one", "twice the same", "of another key"],
)
def test_shares_that_do_not_give_the_key_start_nothing(
    world: World, client: FlaskClient, shares: tuple[str, ...], words: str
) -> None:
    sign_in(client, world.officer)
    answer = client.post(page_of(world, "ouvrir"), data=typed(*shares))
    assert answer.status_code == 422
    assert words in answer.text
    assert run_of(world) is None


def test_nothing_of_the_shares_or_of_the_key_is_stored(world: World, client: FlaskClient) -> None:
    sign_in(client, world.officer)
    client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2]))
    dump = "\n".join(db.session.connection().connection.driver_connection.iterdump())
    assert KEY.private.hex() not in dump.lower()
    assert " ".join(SHARES[0].split()[4:7]) not in dump


def test_an_urn_is_not_opened_before_two_officers_allowed_it(app: Flask, client: FlaskClient) -> None:
    opener().runner = run_here
    world = voted_round()
    sign_in(client, world.officer)
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 409
    assert run_of(world) is None


def test_an_urn_is_opened_once(world: World, client: FlaskClient) -> None:
    sign_in(client, world.officer)
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 303
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 409


def test_the_page_follows_an_opening_that_goes_on(world: World, client: FlaskClient) -> None:
    run = begun(world)
    with transaction():
        runs.beat(run, now(), 12)
    sign_in(client, world.officer)
    for address in (page_of(world), page_of(world, "avancement")):
        page = client.get(address).text
        assert 'value="12"' in page
        assert 'max="36"' in page
        assert "12 bulletins déchiffrés sur 36" in page
    assert "share_1" not in client.get(page_of(world)).text
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 409


def test_an_opening_that_died_is_told_and_taken_up_again(world: World, client: FlaskClient) -> None:
    """The process was killed: its row stays as it was, and gives no sign of life any more."""
    dead = begun(world)
    with transaction():
        db.session.get(CountingRun, dead).beat_at = now() - runs.SILENCE - timedelta(seconds=1)
    sign_in(client, world.officer)
    page = client.get(page_of(world)).text
    assert "L’ouverture n’est pas allée au bout" in page
    assert "Rien n’est perdu" in page
    assert client.get(page_of(world, "avancement")).headers["HX-Refresh"] == "true"
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 303
    assert run_of(world).state == runs.DONE
    assert db.session.get(CountingRun, dead, populate_existing=True).state == runs.FAILED


def test_an_opening_that_was_taken_over_writes_nothing_when_it_wakes_up(world: World) -> None:
    slow = begun(world)
    with transaction():
        db.session.get(CountingRun, slow).beat_at = now() - timedelta(minutes=2)
    quick = begun(world)
    assert not open_and_count(slow, KEY.private)
    assert (db.session.scalar(sa.select(sa.func.count()).select_from(OpenedBallot)), counts_of(world.round)) == (0, {})
    assert open_and_count(quick, KEY.private)
    with pytest.raises(Refusal, match="pris la suite"), transaction():
        runs.beat(slow, now())


def test_a_failure_is_said_in_plain_words_and_loses_nothing(world: World, client: FlaskClient, monkeypatch) -> None:
    sealed = db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot))

    def broken(_round: Round) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("participatory.results.jobs.count_contests", broken)
    sign_in(client, world.officer)
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 303
    page = client.get(page_of(world)).text
    assert "Une erreur inattendue" in page
    assert "disk full" not in page
    monkeypatch.undo()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot)) == sealed
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 303
    assert run_of(world).state == runs.DONE


def test_of_two_who_start_at_once_one_runs_on_both_databases(app_on_each_database: Flask) -> None:
    app = app_on_each_database
    world = allowed(voted_round())
    told: list[str] = []
    gate = threading.Barrier(2)
    number, code = world.round.id, world.officer.public_id

    def start() -> None:
        with app.app_context():
            round_ = db.session.get(Round, number)
            gate.wait()
            try:
                with transaction():
                    runs.begin(round_, code, now())
                told.append("begun")
            except Refusal as refusal:
                told.append(refusal.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["L’ouverture de l’urne est déjà en cours.", "begun"]
    # A new request reads what the others have written meanwhile.
    db.session.rollback()
    run = run_of(world)
    assert open_and_count(run.id, KEY.private)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Count)) == 1


def test_a_thread_beside_says_that_the_first_one_lives() -> None:
    """The count alone may last longer than the silence after which an opening is taken for dead."""
    done, beaten = threading.Event(), threading.Event()

    def beat() -> None:
        beaten.set()
        done.set()

    run_apart(lambda: done.wait(30), beat, every=0.01)
    assert beaten.wait(30)


def test_an_opening_in_a_thread_ends_like_another(app: Flask, client: FlaskClient) -> None:
    world = allowed(voted_round())
    threads: list[threading.Thread] = []

    def apart(job, _beat) -> None:
        threads.append(threading.Thread(target=job))
        threads[0].start()

    opener().runner = apart
    sign_in(client, world.officer)
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 303
    threads[0].join()
    assert run_of(world).state == runs.DONE


def test_nobody_else_opens_or_follows(world: World, client: FlaskClient) -> None:
    sign_in(client, make_person())
    assert client.post(page_of(world, "ouvrir"), data=typed(*SHARES[:2])).status_code == 403
    for word in ("avancement", "urne.json"):
        assert client.get(page_of(world, word)).status_code == 403


def test_the_sealed_urn_leaves_only_once_its_count_was_allowed_and_never_after_an_annulment(
    app: Flask, client: FlaskClient
) -> None:
    world = voted_round()
    store = app.extensions["secrets"]
    with transaction():
        close_vote(world.round, OFFICERS, now())
        take_control(world.round, OFFICERS, now())
        seal_urn(world.round, OFFICERS, store, now())
    sign_in(client, world.officer)
    assert client.get(page_of(world, "urne.json")).status_code == 409
    with transaction():
        allow_count(world.round, OFFICERS, now())
    assert client.get(page_of(world, "urne.json")).status_code == 200
    with transaction():
        take_step(world.round, UrnState.ANNULLED, OFFICERS, now())
    assert client.get(page_of(world, "urne.json")).status_code == 409
