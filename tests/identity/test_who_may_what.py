"""The page that says who may do what: the permissions of each role, of each person, of each page."""

import csv
import io
from datetime import timedelta

import pytest
from flask import current_app

from participatory.core import labels
from participatory.core.clock import now, paris
from participatory.core.database import transaction
from participatory.identity.granting import grant_to
from participatory.identity.permissions import PERMISSIONS, Permission
from participatory.identity.rights import by_door, routes_of
from participatory.identity.rules import Role
from participatory.identity.terms import Term
from participatory.rounds.rules import Phase
from participatory.web.access import Door
from tests.factories import make_person, make_round, sign_in

PAGE = "/gestion/qui-peut-quoi"


@pytest.fixture
def officer(client):
    person = make_person(email="dominique.lefort@region.example", roles=(Role.OFFICER,), name="Dominique")
    sign_in(client, person)
    return person


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.parametrize("path", ["", "/personnes.csv", "/adresses.csv"])
@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.REFERENT])
def test_other_roles_are_kept_out(client, path, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    assert client.get(PAGE + path).status_code == 403


def test_the_page_says_each_permission_role_person_and_route(client, officer):
    round_ = make_round(Phase.VOTING, title="Budget d’Albi")
    person = make_person(email="sacha.martin@region.example", name="Sacha")
    with transaction():
        grant_to(person, Role.OFFICER, round_.scope, None, now(), term=Term(None, now() + timedelta(days=5)))
    html = client.get(PAGE).text.replace("\u202f", " ").replace("\xa0", " ")
    for permission in Permission:
        assert labels.label(permission) in html
    assert "Budget d’Albi" in html
    assert "bientôt terminé" in html
    assert "sa•••@region.example" in html
    assert "sacha.martin" not in html
    assert "dominique.lefort" not in html
    assert "/gestion/roles/donner" in html


def test_what_each_page_asks_comes_from_the_url_map(app):
    routes = routes_of(current_app)
    assert {(each.path, each.endpoint) for each in routes} == {
        (rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()
    }
    with app.test_request_context():
        shown = {each.endpoint for _words, found in by_door(routes) for each in found}
        assert shown == {each.endpoint for each in routes}
        revoke = next(each for each in routes if each.endpoint == "identity.revoke")
        assert revoke.mark.recent
        assert revoke.who == "Donner et retirer des rôles, créer des associations"
        assert next(each for each in routes if each.endpoint == "portal.home").mark.door is Door.PUBLIC


def test_the_files_hold_every_permission_of_every_person_and_every_route(app, client, officer):
    round_ = make_round(Phase.VOTING, title="=cmd|x")
    person = make_person(email="sacha.martin@region.example", name="+Sacha")
    with transaction():
        grant_to(person, Role.OFFICER, round_.scope, None, now(), term=Term(None, now() + timedelta(days=5)))
    rows = rows_of(client.get(f"{PAGE}/personnes.csv"))
    assert len(rows) == 2 * len(PERMISSIONS[Role.OFFICER])
    limited = next(row for row in rows if row["limit_kind"] == "round")
    assert (limited["person"], limited["limit"], limited["address"]) == ("'+Sacha", "'=cmd|x", "sa•••@region.example")
    assert limited["until"] == paris(now() + timedelta(days=5)).date().isoformat()
    routes = rows_of(client.get(f"{PAGE}/adresses.csv"))
    assert len(routes) == len(list(app.url_map.iter_rules()))
    granting = next(row for row in routes if row["path"] == "/gestion/roles/donner")
    assert (granting["methods"], granting["permissions"], granting["sensitive"]) == ("POST", "manage_roles", "1")


def test_the_page_asks_as_much_for_twenty_people_as_for_two(client, officer, count_queries):
    make_person(roles=(Role.MODERATOR,))
    with count_queries() as few:
        client.get(PAGE)
    for _each in range(18):
        make_person(roles=(Role.MODERATOR, Role.APPRAISER))
    with count_queries() as many:
        assert client.get(PAGE).status_code == 200
    asked = [[each for each in found.statements if each.startswith("SELECT")] for found in (few, many)]
    assert len(asked[0]) == len(asked[1])


def test_somebody_whose_role_is_over_is_not_listed(client, officer):
    person = make_person(name="Maxence Ancien")
    with transaction():
        grant = grant_to(person, Role.OFFICER, None, None, now(), term=Term(None, now() + timedelta(days=1)))
    assert "Maxence Ancien" in client.get(PAGE).text
    with transaction():
        grant.ends_at = now()
    assert "Maxence Ancien" not in client.get(PAGE).text
