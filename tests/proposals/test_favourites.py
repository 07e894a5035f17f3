"""Favourites: marked by anybody, kept by their own browser, found again in the list."""

from __future__ import annotations

import pytest

from participatory.proposals.favourites import COOKIE, MOST
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_proposal, make_round


@pytest.fixture
def round_(app):
    return make_round(Phase.REVIEW)


@pytest.fixture
def projects(round_):
    return [make_proposal(round_, title=title) for title in ("Le verger", "La laverie")]


def mark(client, project, **data):
    return client.post(f"/projets/{project.slug}/favori", data=data)


def marked(client) -> str:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def test_a_visitor_marks_a_project_and_finds_it_again(client, round_, projects):
    address = f"/budgets/{round_.slug}/projets"
    assert "Mes favoris" not in client.get(address).text
    assert mark(client, projects[0]).location.endswith(f"/projets/{projects[0].slug}")
    assert marked(client) == projects[0].public_id
    found = client.get(f"{address}?favoris=1").text
    assert "Le verger" in found
    assert "La laverie" not in found
    assert client.get(f"{address}.csv?favoris=1").text.count("\n") == 2


def test_the_page_says_whether_it_is_marked(client, projects):
    address = f"/projets/{projects[0].slug}"
    assert 'aria-pressed="false"' in client.get(address).text
    mark(client, projects[0])
    assert 'aria-pressed="true"' in client.get(address).text


def test_marking_twice_marks_once_and_taking_the_last_mark_away_removes_the_cookie(client, projects):
    mark(client, projects[0])
    mark(client, projects[0])
    assert marked(client) == projects[0].public_id
    mark(client, projects[0], act="remove")
    mark(client, projects[0], act="remove")
    assert client.get_cookie(COOKIE) is None


def test_htmx_gets_the_mark_alone(client, projects):
    answer = client.post(f"/projets/{projects[0].slug}/favori", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'aria-pressed="true"' in answer.text
    assert projects[0].public_id in answer.headers["Set-Cookie"]


def test_a_project_that_one_may_not_read_is_not_marked(client, round_):
    hidden = make_proposal(round_, state=State.DRAFT)
    assert mark(client, hidden).status_code == 404
    assert marked(client) == ""


def test_a_cookie_that_we_did_not_write_is_not_believed(client, round_, projects):
    client.set_cookie(COOKIE, "'; DROP--.<script>." + projects[1].public_id)
    found = client.get(f"/budgets/{round_.slug}/projets?favoris=1").text
    assert "La laverie" in found
    assert "<script>." not in found


def test_one_more_than_the_most_is_refused(client, projects):
    client.set_cookie(COOKIE, ".".join(f"{number:012d}" for number in range(MOST)))
    assert mark(client, projects[0]).status_code == 422


def test_the_cookie_is_set_by_the_mark_and_by_nothing_else(client, round_, projects):
    for address in ("/", f"/budgets/{round_.slug}/projets", f"/projets/{projects[0].slug}"):
        assert COOKIE not in str(client.get(address).headers.getlist("Set-Cookie"))
