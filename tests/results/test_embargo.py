"""Before the publication no figure of the vote leaves by any page, file, header or tag, for anybody but officers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.identity.rules import Role
from participatory.results.queries import count_of
from participatory.rounds.rules import Phase
from participatory.web.access import Door, mark_of
from tests.factories import make_person, move_round, sign_in
from tests.results.conftest import count
from tests.results.making import World, put_ballots, voted_round

# A number of votes that stands nowhere else in a page.
PECULIAR = 1283
EXPORTS = ("csv", "json", "pb", "sqlite")
READERS = {"visitor": None, "student": (), "moderator": (Role.MODERATOR,), "appraiser": (Role.APPRAISER,)}


@pytest.fixture
def world(app: Flask) -> World:
    """Counted, with one project that received a number of votes easy to recognise."""
    world = voted_round(Phase.VOTING, min_votes=0)
    project = world.projects["Épicerie solidaire"]
    already = 9
    put_ballots(world.round, [[project]] * (PECULIAR - already), absent=400)
    move_round(world.round, Phase.CONTROL)
    return count(world)


def addresses(app: Flask, world: World) -> list[str]:
    """Every page that can be asked by GET about this round or about nothing in particular."""
    known = {"slug": world.round.slug, "public_id": world.projects["Concert"].public_id}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            mark = mark_of(app, rule.endpoint)
            if "GET" not in rule.methods or rule.endpoint == "static" or (mark and mark.door is Door.DEMO):
                continue
            if rule.arguments <= set(known):
                found.append(rule.build({name: known[name] for name in rule.arguments})[1])
    found.append(f"/projets/{world.projects['Épicerie solidaire'].slug}")
    return found


def leaks(text: str, world: World) -> bool:
    """Whether an answer holds the votes of the project, the number of ballots or the digest of the count."""
    bare = text.replace("\u202f", "").replace("\u00a0", "").replace(",", "").replace("&nbsp;", "")
    total = PECULIAR + 36 - 9
    # A number within a longer word is of a seal or of a challenge, where chance puts any digits.
    told = any(re.search(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", bare) for number in (PECULIAR, total))
    return told or count_of(world.round).digest in bare


@pytest.mark.parametrize("reader", READERS)
def test_nothing_leaks_to(world: World, app: Flask, client: FlaskClient, reader: str) -> None:
    if READERS[reader] is not None:
        sign_in(client, make_person(roles=READERS[reader]))
    asked = addresses(app, world)
    assert len(asked) > 10
    for address in asked:
        answer = client.get(address)
        assert answer.status_code < 500, address
        assert not leaks(answer.text if answer.is_json or "text" in answer.mimetype else "", world), address
        assert not leaks(str(answer.headers), world), address


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS])
def test_exports_are_refused_with_the_sentence(world: World, client: FlaskClient, phase: Phase) -> None:
    move_round(world.round, phase)
    for extension in EXPORTS:
        answer = client.get(f"/budgets/{world.round.slug}/resultats.{extension}")
        assert answer.status_code == 404
        assert "Les résultats ne sont pas" in answer.text
        assert "ETag" not in answer.headers


def test_the_page_says_when(world: World, client: FlaskClient) -> None:
    page = client.get(f"/budgets/{world.round.slug}/resultats")
    assert page.status_code == 200
    assert "heure de Paris" in page.text
    assert 'content="noindex"' in page.text


def test_an_administrator_sees_no_more_than_others(world: World, client: FlaskClient) -> None:
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    for address in (f"/budgets/{world.round.slug}/resultats", f"/gestion/budgets/{world.round.slug}/depouillement"):
        assert not leaks(client.get(address).text, world)


def test_officers_see_the_preview_in_control_only(world: World, client: FlaskClient) -> None:
    sign_in(client, world.officer)
    assert leaks(client.get(f"/gestion/budgets/{world.round.slug}/depouillement").text, world)
    assert not leaks(client.get(f"/budgets/{world.round.slug}/resultats").text, world)
    for extension in EXPORTS:
        assert client.get(f"/budgets/{world.round.slug}/resultats.{extension}").status_code == 404
