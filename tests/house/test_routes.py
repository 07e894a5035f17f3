"""Every route carries one access mark, and what its mark refuses is refused."""

import pytest
from flask import url_for

from participatory.identity.permissions import Permission
from participatory.web.access import Door, mark_of


def test_every_route_carries_an_access_mark(app):
    unmarked = [rule.endpoint for rule in app.url_map.iter_rules() if mark_of(app, rule.endpoint) is None]
    assert unmarked == []


def test_marks_name_permissions_that_exist(app):
    known = {permission.value for permission in Permission}
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint)
        assert mark.permissions <= known
        assert bool(mark.permissions) == (mark.door is Door.STAFF)


def test_nobody_passes_a_closed_door_without_signing_in(app, client):
    for rule in app.url_map.iter_rules():
        if mark_of(app, rule.endpoint).door not in {Door.SIGNED_IN, Door.STAFF}:
            continue
        with app.test_request_context():
            path = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "inconnu"))
        method = "GET" if "GET" in rule.methods else "POST"
        answer = client.open(path, method=method)
        assert answer.status_code == 303, f"{rule.endpoint} answered {answer.status_code}"
        assert answer.location.startswith("/connexion"), rule.endpoint


def test_demonstration_pages_do_not_exist_outside_it(app, client):
    for rule in app.url_map.iter_rules():
        if mark_of(app, rule.endpoint).door is Door.DEMO:
            with app.test_request_context():
                path = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "inconnu"))
            assert client.open(path, method="GET" if "GET" in rule.methods else "POST").status_code == 404


# Posted from the page of an establishment, which has no token of ours: a state that we gave stands in its place
# (see participatory/doors/saml_answers.py and its tests). Such an address only puts aside what it receives.
# The mail programs that unsubscribe their reader (RFC 8058) show no page of ours; the address holds a signed secret.
FROM_OTHER_SITES = {"doors_saml.consume", "notifications.one_click"}


@pytest.mark.parametrize("method", ["POST"])
def test_every_writing_route_refuses_a_request_without_token(app, method):
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if method not in rule.methods:
            continue
        with app.test_request_context():
            path = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "inconnu"))
        expected = {403, 404, 409} if rule.endpoint in FROM_OTHER_SITES else {400}
        assert client.post(path).status_code in expected, rule.endpoint
