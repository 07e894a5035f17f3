"""Addresses made to break the pages that they lead to."""

import pytest

from participatory.core.database import db
from participatory.identity.rules import Role
from participatory.web.addresses import LONGEST
from tests.ballots.conftest import build
from tests.factories import make_person, sign_in


@pytest.fixture
def browser(app_on_each_database):
    app_on_each_database.config["WTF_CSRF_ENABLED"] = False
    return app_on_each_database.test_client()


@pytest.mark.parametrize("name", ["endpoint", "_method", "_scheme", "_anchor", "_external", "values", "slug"])
def test_no_argument_of_a_visitor_is_taken_for_one_of_the_router(client, name):
    answer = client.get(f"/aide?{name}=a%22b&lang=fr")
    assert answer.status_code == 200
    assert f'href="/aide?{name}=a%22b&amp;lang=en"' in answer.text


def test_switching_language_keeps_repeated_filters(client):
    assert 'href="/budgets?theme=a&amp;theme=b&amp;lang=en"' in client.get("/budgets?theme=a&theme=b").text


@pytest.mark.parametrize(
    ("referrer", "leads_to"),
    [
        ("http://localhost/gestion/roles?email=a", "/gestion/roles?lang=en"),
        ("http://localhost//evil.example", "/?lang=en"),
        ("https://evil.example/gestion/roles", "/?lang=en"),
        ("http://localhost/gestion/roles/donner", "/?lang=en"),
        ("http://[", "/?lang=en"),
        (None, "/?lang=en"),
    ],
)
def test_the_other_language_of_a_refused_form_is_that_of_its_page(client, referrer, leads_to):
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    answer = client.post("/gestion/roles/donner", data={}, headers={"Referer": referrer} if referrer else {})
    assert answer.status_code == 422
    assert f'href="{leads_to}"' in answer.text


@pytest.mark.parametrize("part", ["%00", "x%00y", "x" * (LONGEST + 1)])
@pytest.mark.parametrize("page", ["/budgets/", "/projets/", "/connexion/code/", "/moderation/", "/instruction/"])
def test_a_part_that_no_database_takes_leads_to_no_page(browser, page, part):
    sign_in(browser, make_person(roles=tuple(Role)))
    assert browser.get(page + part).status_code == 404
    assert browser.post(page + part).status_code in {404, 405}


@pytest.mark.parametrize("query", ["/moderation?site=%00&budget=%00&theme=%00", "/gestion/roles?email=%00"])
def test_a_query_that_no_database_takes_finds_nothing(browser, query):
    sign_in(browser, make_person(roles=tuple(Role)))
    assert browser.get(query).status_code == 200


def test_a_choice_or_a_name_that_no_column_takes_is_refused_or_cut(browser):
    world = build()
    sign_in(browser, world.person)
    ballot = {"choice": ["main:\0:1", f"main:{world.ids[0]}:1"]}
    assert browser.post(world.address("sceller"), data=ballot).status_code == 422
    # Composed, this letter is three: the form measures it before.
    assert browser.post("/mon-compte", data={"display_name": "\ufb2c" * 60, "locale": "fr"}).status_code == 303
    db.session.refresh(world.person)
    assert len(world.person.display_name) == 60
    sign_in(browser, make_person(roles=(Role.ADMINISTRATOR,)))
    assert browser.post("/gestion/roles/associations", data={"name": "\ufb2c" * 160}).status_code == 303
