"""Headers, errors, languages, limits: the shell around every page."""

import pytest
from flask import abort

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.web.access import public
from participatory.web.limits import DatabaseStorage


def view(app, rule, function, **options):
    app.add_url_rule(rule, endpoint=rule, view_func=public(function), **options)


def test_every_answer_forbids_what_is_not_ours(client):
    for path in ("/", "/nulle-part", "/connexion"):
        policy = client.get(path).headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


def test_a_visitor_gets_no_cookie_but_the_session(client):
    names = {cookie.split("=")[0] for cookie in client.get("/").headers.getlist("Set-Cookie")}
    assert names <= {"session"}


def test_an_unknown_page_says_what_to_do_next(client):
    answer = client.get("/nulle-part")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize("kind", list(Kind))
def test_a_refusal_is_answered_with_its_status_as_a_page_or_a_fragment(app, client, kind):
    def refuse():
        raise Refusal(N_("Non, <b>%(why)s</b>."), kind, why="parce que <i>")

    view(app, "/refus", refuse)
    page = client.get("/refus")
    assert page.status_code == kind
    assert "<html" in page.text
    assert "&lt;i&gt;" in page.text
    assert "<i>" not in page.text.split("<main")[1].split("</main>")[0]
    fragment = client.get("/refus", headers={"HX-Request": "true"})
    assert fragment.status_code == kind
    assert "<html" not in fragment.text


def test_a_fault_gives_a_number_and_no_detail(make_test_app):
    app = make_test_app()
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    from participatory.web.errors import register_errors

    register_errors(app)

    def break_down():
        raise ValueError("the password is 1234")

    view(app, "/panne", break_down)
    answer = app.test_client().get("/panne")
    assert answer.status_code == 500
    assert "1234" not in answer.text
    assert "Traceback" not in answer.text


def test_too_heavy_a_request_is_told_so(app, client):
    view(app, "/lourd", lambda: abort(413))
    assert "trop lourd" in client.get("/lourd").text


@pytest.mark.parametrize(
    ("asked", "shown"), [("/?lang=en", "en"), ("/?lang=fr", "fr"), ("/?lang=xx", "fr"), ("/?lang=%00", "fr")]
)
def test_language_is_chosen_by_address_and_never_fails(client, asked, shown):
    answer = client.get(asked)
    assert answer.status_code == 200
    assert f'<html lang="{shown}">' in answer.text


def test_language_chosen_once_is_kept(client):
    client.get("/?lang=en")
    assert '<html lang="en">' in client.get("/aide").text


def test_database_counters_count_each_use_once_from_many_connections(app_on_each_database):
    from concurrent.futures import ThreadPoolExecutor

    from participatory.core.database import db

    storage = DatabaseStorage("database://")

    def use(_turn):
        with app_on_each_database.app_context():
            hits = storage.incr("somebody", 60)
            db.session.remove()
            return hits

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(use, range(30))) == list(range(1, 31))
    assert storage.get("somebody") == 30
    storage.clear("somebody")
    assert storage.get("somebody") == 0


def test_letters_never_carry_the_address_that_a_request_pretends(app):
    from participatory.web.pages import absolute_url

    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert absolute_url("portal.help") == "http://127.0.0.1:8000/aide"
