"""Whom a limit counts, what a limited person reads, and that no writing route is without one."""

import re

import pytest
from flask_login import login_user

from participatory.web import limits
from participatory.web.access import Door, mark_of
from participatory.web.limits import Counted, by_network, by_person, by_text, limiter
from tests.factories import make_person, sign_in
from tests.house.source import ROOT
from tests.web.proofs import solved


@pytest.fixture
def limited_app(make_test_app, monkeypatch):
    app = make_test_app()
    app.config.update(WTF_CSRF_ENABLED=False, PROOF_COST=1)
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    with app.app_context():
        yield app


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "network:192.0.2.0/24"),
        ("::ffff:192.0.2.77", "network:192.0.2.0/24"),
        ("2001:db8:1:2::77", "network:2001:db8:1::/48"),
        ("fe80::1%eth0", "network:fe80::/48"),
        ("nobody", "network:unknown"),
        ("", "network:unknown"),
    ],
)
def test_neighbours_are_one_network(app, address, network):
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert by_network() == network


def test_a_person_is_counted_as_themselves_wherever_they_are(app):
    person = make_person()
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        login_user(person)
        assert by_person() == f"person:{person.public_id}"


def test_counters_hold_nobodys_address(app):
    key = by_text(Counted.ADDRESS, "camille@etu.exemple.example")
    assert "camille" not in key
    assert len(key) < 100


def test_one_person_writing_without_end_is_stopped_and_their_neighbour_is_not(limited_app):
    browsers = [limited_app.test_client(), limited_app.test_client()]
    for browser in browsers:
        sign_in(browser, make_person())
    sent = {"display_name": "", "locale": "fr"}
    assert [browsers[0].post("/mon-compte", data=sent).status_code for _turn in range(121)] == [422] * 120 + [429]
    assert browsers[1].post("/mon-compte", data=sent).status_code == 422
    # Reading goes on.
    assert browsers[0].get("/mon-compte").status_code == 200


def test_a_limited_person_reads_when_to_come_back_and_keeps_what_they_wrote(limited_app):
    browser = limited_app.test_client()
    sign_in(browser, make_person())
    sent = {"display_name": 'Zoé <"b">', "locale": "fr", "csrf_token": "old", "altcha": "old"}
    for _turn in range(120):
        browser.post("/mon-compte", data={"display_name": "", "locale": "fr"})
    answer = browser.post("/mon-compte?page=2", data=sent)
    assert answer.status_code == 429
    assert answer.headers["Cache-Control"] == "no-store"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert re.search(r"recommencer à partir du .*heure de Paris", answer.text)
    assert 'value="Zoé &lt;&#34;b&#34;&gt;"' in answer.text
    assert 'action="/mon-compte?page=2"' in answer.text
    assert 'value="old"' not in answer.text


def test_htmx_leaves_the_page_as_it_is(limited_app):
    browser = limited_app.test_client()
    sign_in(browser, make_person())
    asked = {"data": {"display_name": "", "locale": "fr"}, "headers": {"HX-Request": "true"}}
    answers = [browser.post("/mon-compte", **asked) for _turn in range(121)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["HX-Retarget"] == "#messages"
    assert "<form" not in answers[-1].text


def test_a_visit_is_limited_without_a_form_to_send_again(limited_app):
    browser = limited_app.test_client()
    answers = [browser.get("/verifier?recu=ABC") for _turn in range(121)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert "<form" not in answers[-1].text.split("<main")[1].split("</main>")[0]


def test_a_page_too_long_to_carry_is_not_carried(limited_app):
    browser = limited_app.test_client()
    sign_in(browser, make_person())
    for _turn in range(120):
        browser.post("/mon-compte", data={"display_name": "", "locale": "fr"})
    answer = browser.post("/mon-compte", data={"display_name": "x" * 200_001})
    assert answer.status_code == 429
    assert len(answer.text) < 50_000


def test_what_is_sent_again_from_the_page_of_a_visitor_carries_a_new_proof(limited_app):
    browser = limited_app.test_client()
    for seat in range(30):
        browser.post("/connexion", data={"email": f"etudiant{seat}@etu.exemple.example"})
    answer = browser.post("/connexion", data={"email": "zoe@etu.exemple.example", "altcha": "old"})
    assert answer.status_code == 429
    assert 'data-proof="/preuve"' in answer.text
    sent = {"email": "zoe@etu.exemple.example", "altcha": solved(browser)}
    assert browser.post("/connexion", data=sent).status_code == 303


def test_every_form_that_anybody_may_send_is_held_to_a_pace_of_its_network(app):
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods or mark_of(app, rule.endpoint).door is not Door.PUBLIC:
            continue
        paces = getattr(app.view_functions[rule.endpoint], "paces", ())
        assert any(pace.counted is Counted.NETWORK for pace in paces), f"{rule.endpoint} has no pace of its network"


def test_the_operator_reads_every_pace_in_the_table():
    documented = (ROOT / "docs" / "operate.md").read_text("utf-8")
    for pace in limits.PACES:
        assert f"| {pace.deed} | {pace.counted.value} | {pace.rule} |" in documented, pace.deed


def test_every_pace_is_in_the_list_once():
    declared = [value for value in vars(limits).values() if isinstance(value, limits.Pace)]
    assert sorted(pace.deed for pace in declared) == sorted(pace.deed for pace in limits.PACES)
