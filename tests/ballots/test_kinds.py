"""Each kind of ballot, and several contests in one sitting, in a browser without JavaScript."""

from __future__ import annotations

import re

import pytest

from participatory.ballots.basket import COOKIE
from participatory.ballots.models import Envelope
from participatory.core.database import db
from participatory.rounds.rulebook import BallotKind, Contest
from tests.ballots.conftest import World, build, opened
from tests.ballots.test_booth import HTMX, cast, count, form_of, page, sealed
from tests.factories import add_voter, make_person, make_proposal, sign_in

TARBES = Contest("tarbes", "Tarbes", 40_000_00, ("tarbes",))
ALBI = Contest("albi", "Albi", 10_000_00, ("albi",))
POINTS = {"ballot_kind": BallotKind.POINTS, "ballot_max": 10, "points_budget": 5, "points_cap": 3}
RANKING = {"ballot_kind": BallotKind.RANKING, "ballot_max": 3, "rank_weights": (5, 3, 1)}


def change(client, world, number, act, value="", **headers):
    data = {"act": act, "number": value}
    return client.post(world.address("panier", world.ids[number]), data=data, headers=headers or None)


def cast_choices(client, world):
    assert cast(client, world).status_code == 303
    (envelope,) = db.session.scalars(db.select(Envelope))
    return opened(world, envelope.ciphertext)


@pytest.fixture
def points(client, app) -> World:
    """Five points, three at most for one project."""
    world = build(**POINTS)
    sign_in(client, world.person)
    return world


@pytest.fixture
def ranking(client, app) -> World:
    """Three ranks."""
    world = build(**RANKING)
    sign_in(client, world.person)
    return world


def test_points_are_given_one_by_one_or_typed(client, points):
    for _ in range(2):
        assert change(client, points, 0, "more").status_code == 303
    change(client, points, 1, "points", "3")
    change(client, points, 1, "less")
    text = page(client, points)
    assert "1 point" in re.search(r'id="panier-bilan">(.*?)</div>', text, re.DOTALL)[1].replace("\xa0", " ")
    assert "Vous avez <strong>5 points" in text.replace("\xa0", " ")
    assert cast_choices(client, points) == {"main": tuple(sorted(((points.ids[0], 2), (points.ids[1], 2))))}


def test_more_points_than_the_budget_or_the_cap_are_refused_in_words(client, points):
    assert "au plus 3 points" in change(client, points, 0, "points", "4").text.replace("\xa0", " ")
    assert change(client, points, 0, "points", "3").status_code == 303
    answer = change(client, points, 1, "points", "3")
    assert answer.status_code == 422
    assert "plus assez de points" in answer.text
    assert form_of(page(client, points, "verifier")) == {"choice": [f"main:{points.ids[0]}:3"]}


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "abc", "99999", "²", "1e3"])
def test_what_is_no_number_changes_no_point(client, points, typed):
    change(client, points, 0, "more")
    assert change(client, points, 0, "points", typed).status_code == 303
    assert form_of(page(client, points, "verifier")) == {"choice": [f"main:{points.ids[0]}:1"]}


def test_no_point_less_than_none_and_zero_takes_the_project_out(client, points):
    change(client, points, 0, "less")
    assert "Votre panier est vide" in page(client, points, "verifier")
    change(client, points, 0, "more")
    change(client, points, 0, "points", "0")
    assert "Votre panier est vide" in page(client, points, "verifier")


def test_a_ranking_is_put_in_order_by_buttons_and_by_rank(client, ranking):
    for number in range(3):
        change(client, ranking, number, "add")
    change(client, ranking, 2, "up")
    change(client, ranking, 0, "down")
    change(client, ranking, 1, "rank", "1")
    text = page(client, ranking, "verifier")
    order = [ranking.ids[number] for number in (1, 2, 0)]
    assert form_of(text)["choice"] == [f"main:{project}:{rank}" for rank, project in enumerate(order, start=1)]
    assert "5 points" in text.replace("\xa0", " ")
    assert "Du premier au dernier rang, ils reçoivent" in page(client, ranking)
    assert cast_choices(client, ranking) == {"main": tuple(sorted(zip(order, (1, 2, 3), strict=True)))}


@pytest.mark.parametrize(("act", "number"), [("up", ""), ("rank", "0"), ("rank", "-3"), ("rank", "x"), ("fly", "2")])
def test_a_move_that_leads_nowhere_changes_nothing(client, ranking, act, number):
    change(client, ranking, 0, "add")
    change(client, ranking, 1, "add")
    assert change(client, ranking, 0, act, number).status_code == 303
    assert form_of(page(client, ranking, "verifier"))["choice"][0] == f"main:{ranking.ids[0]}:1"
    assert change(client, ranking, 3, "down").status_code == 303


def test_a_move_from_the_basket_leads_back_to_it_open(client, ranking):
    change(client, ranking, 0, "add")
    change(client, ranking, 1, "add")
    address = ranking.address("panier", ranking.ids[1])
    answer = client.post(address, data={"act": "up", "from": "panier"})
    assert answer.location == f"{ranking.address()}?panier=1#panier"
    assert re.search(r'id="panier-detail" open', client.get(answer.location).text)
    fragment = client.post(address, data={"act": "down", "from": "panier"}, headers=HTMX).text
    assert fragment.count('hx-swap-oob="true"') == 2, "both cards changed their rank"
    assert "rang 2" in fragment


def test_the_card_of_every_project_whose_rank_changed_is_drawn_again(client, ranking):
    for number in range(3):
        change(client, ranking, number, "add")
    fragment = change(client, ranking, 0, "remove", **HTMX).text
    assert {f'id="projet-{each}"' in fragment for each in ranking.ids[:3]} == {True}


@pytest.mark.parametrize(
    "choices",
    [
        ["main:{0}:4"],
        ["main:{0}:0"],
        ["main:{0}:3", "main:{1}:3"],
        ["main:{0}:1", "main:{0}:1"],
        ["main:{0}:-1"],
        ["main:{0}"],
        ["{0}:1"],
        ["tarbes:{0}:1"],
        ["main:\0:1"],
        ["main:inconnu:1"],
        ["main:{0}:²"],
        [":::"],
        [],
    ],
)
def test_hostile_choices_are_not_sealed(client, points, choices):
    answer = client.post(points.address("sceller"), data={"choice": [each.format(*points.ids) for each in choices]})
    assert answer.status_code == 422
    assert "ciphertext" not in answer.text


@pytest.fixture
def two(client, app) -> World:
    """A voter of Tarbes, who votes in two contests; the first project is Tarbes's own."""
    world = build(contests=(TARBES, ALBI))
    world.person = make_person()
    world.voter = add_voter(world.round, world.person, "tarbes")
    world.projects = [make_proposal(world.round, site_slug="tarbes"), *world.projects]
    world.projects.append(make_proposal(world.round, site_slug="albi"))
    sign_in(client, world.person)
    return world


def test_each_contest_shows_its_projects_and_keeps_its_own_basket(client, two):
    main, area = page(client, two), page(client, two, enveloppe="tarbes")
    assert f'id="projet-{two.ids[0]}"' in area
    assert f'id="projet-{two.ids[0]}"' not in main
    assert f'id="projet-{two.ids[1]}"' in main
    assert f'id="projet-{two.ids[-1]}"' not in main + area, "the envelope of another site"
    assert change(client, two, 0, "add").location == f"{two.address()}?enveloppe=tarbes#projet-{two.ids[0]}"
    for number in (1, 2, 3):
        assert change(client, two, number, "add").status_code == 303
    assert set(form_of(page(client, two, "verifier"))["choice"]) == {
        f"tarbes:{two.ids[0]}:1",
        *(f"main:{two.ids[number]}:1" for number in (1, 2, 3)),
    }
    assert set(cast_choices(client, two)) == {"main", "tarbes"}


def test_a_contest_left_blank_is_said_and_is_not_on_the_ballot(client, two):
    change(client, two, 0, "add")
    assert "Laissée blanche" in page(client, two, "verifier")
    assert cast_choices(client, two) == {"tarbes": ((two.ids[0], 1),)}


def test_the_envelope_of_another_site_takes_no_choice(client, two):
    answer = change(client, two, -1, "add")
    assert answer.status_code == 422
    assert "n’est pas celle de votre site" in answer.text
    answer = client.post(two.address("sceller"), data={"choice": f"albi:{two.ids[-1]}:1"})
    assert answer.status_code == 422
    assert "n’est pas celle de votre site" in answer.text
    assert f'id="projet-{two.ids[1]}"' in page(client, two, enveloppe="albi"), "it falls back on the regional one"


def test_who_only_reads_may_look_at_every_envelope(app, two):
    visitor = app.test_client()
    text = visitor.get(two.address(), query_string={"enveloppe": "albi"}).text
    assert f'id="projet-{two.ids[-1]}"' in text
    assert "?enveloppe=tarbes" in text


def test_a_rulebook_with_one_envelope_shows_no_choice_of_envelope(client, points):
    assert 'class="onglets"' not in page(client, points)


def test_two_full_baskets_with_points_fit_in_a_cookie(client, app):
    rules = POINTS | {"points_budget": 9999, "points_cap": 0, "ballot_max": 120, "contests": (TARBES,)}
    world = build(costs=[1_00] * 120, **rules)
    world.projects += [make_proposal(world.round, site_slug="tarbes", cost_cents=1_00) for _ in range(120)]
    person = make_person()
    add_voter(world.round, person, "tarbes")
    sign_in(client, person)
    for number in range(240):
        answer = change(client, world, number, "points", str(11 + number % 70), **HTMX)
        assert answer.status_code == 200
    header = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{COOKIE}="))
    assert len(header) < 4096
    assert len(form_of(page(client, world, "verifier"))["choice"]) == 240
    assert len(sealed(client, world)["ciphertext"]) > 0
    assert count(Envelope) == 0
