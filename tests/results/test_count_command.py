"""The count at a terminal, and the urn of the demonstration, whose shares are held by the installation."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.ceremony.queries import key_of
from participatory.core.database import db, transaction
from participatory.results.cli import count
from participatory.results.jobs import offer_held_key, opener, run_here
from participatory.results.queries import count_of
from participatory.urn.shares import split
from tests.factories import KEY, sign_in
from tests.results.making import World, allowed, voted_round

SHARES = split(KEY.private, 3, 2)


@pytest.fixture
def world(app: Flask) -> World:
    """An urn that two officers allowed to open."""
    return allowed(voted_round())


def test_the_command_asks_for_the_shares_without_showing_them(app: Flask, world: World) -> None:
    done = app.test_cli_runner().invoke(count, [world.round.slug], input=f"{SHARES[0]}\n{SHARES[1]}\n")
    assert done.exit_code == 0, done.output
    assert f"main: 36 ballots, 3 projects funded, result {count_of(world.round).digest}" in done.output
    assert SHARES[0].split()[6] + " " + SHARES[0].split()[7] not in done.output


def test_the_command_refuses_wrong_shares_and_an_urn_that_nobody_allowed_to_open(app: Flask, world: World) -> None:
    wrong = app.test_cli_runner().invoke(count, [world.round.slug], input=f"{SHARES[0]}\n{SHARES[0]}\n")
    assert wrong.exit_code == 1
    assert "déjà été donnée" in wrong.output
    early = app.test_cli_runner().invoke(count, [voted_round().round.slug])
    assert early.exit_code == 1
    assert "vient après une autre" in early.output
    assert count_of(world.round) is None


def test_the_demonstration_opens_with_one_button_and_says_so_in_red(
    app: Flask, client: FlaskClient, world: World
) -> None:
    opener().runner = run_here
    offer_held_key(app, lambda _round: KEY.private)
    with transaction():
        db.session.merge(key_of(world.round)).held_here = True
    sign_in(client, world.officer)
    address = f"/gestion/budgets/{world.round.slug}/depouillement"
    page = client.get(address).text
    assert "les parts de la clé sont gardées ici" in page
    assert "share_1" not in page
    assert client.post(f"{address}/ouvrir").status_code == 303
    assert count_of(world.round) is not None


def test_a_key_that_is_not_held_here_is_never_asked_of_the_demonstration(
    app: Flask, client: FlaskClient, world: World
) -> None:
    opener().runner = run_here
    offer_held_key(app, lambda _round: KEY.private)
    sign_in(client, world.officer)
    assert client.post(f"/gestion/budgets/{world.round.slug}/depouillement/ouvrir").status_code == 422
