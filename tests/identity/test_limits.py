"""How many letters leave, and how many codes are tried."""

import pytest

from participatory.web.limits import limiter
from tests.identity.letters import ask, post
from tests.web.proofs import solved


@pytest.fixture
def limited(make_test_app, monkeypatch):
    """A browser of an application that counts in its database, as one machine does."""
    app = make_test_app(rate_limit_storage="database://")
    app.config.update(WTF_CSRF_ENABLED=False, PROOF_COST=1)
    monkeypatch.setattr(limiter, "enabled", True)
    with app.app_context():
        yield app.test_client()


def test_an_address_receives_five_letters_in_a_quarter_of_an_hour(limited):
    for _letter in range(5):
        ask(limited, "camille@etu.exemple.example")
    answer = limited.post("/connexion", data={"email": " CAMILLE@etu.exemple.example"})
    assert answer.status_code == 429
    assert "Vous avez recommencé beaucoup de fois" in answer.text
    # Full-width letters are another way of writing the same address.
    assert limited.post("/connexion", data={"email": "ＣＡＭＩＬＬＥ@etu.exemple.example"}).status_code == 429
    ask(limited, "sacha@etu.exemple.example")
    assert len(post()) == 6


def test_a_proof_does_not_buy_more_letters_to_one_address(limited):
    for _letter in range(5):
        ask(limited, "camille@etu.exemple.example")
    sent = {"email": "camille@etu.exemple.example", "altcha": solved(limited)}
    assert limited.post("/connexion", data=sent).status_code == 429


def test_a_whole_lecture_hall_behind_one_address_may_sign_in(limited):
    for seat in range(60):
        sent = {"email": f"etudiant{seat}@etu.exemple.example", "altcha": solved(limited)}
        assert limited.post("/connexion", data=sent).status_code == 303


def test_few_letters_leave_one_network_without_proof_and_many_with(limited):
    for seat in range(30):
        ask(limited, f"etudiant{seat}@etu.exemple.example")
    sent = {"email": "zoe@etu.exemple.example"}
    answer = limited.post("/connexion", data=sent)
    assert answer.status_code == 429
    assert "JavaScript" in answer.text
    assert limited.post("/connexion", data={**sent, "altcha": solved(limited)}).status_code == 303
    # Another network is not concerned, and a neighbour of the first is.
    away = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
    assert limited.post("/connexion", data=sent, **away).status_code == 303
    near = {"environ_base": {"REMOTE_ADDR": "127.0.0.200"}}
    assert limited.post("/connexion", data=sent, **near).status_code == 429


def test_codes_of_one_attempt_are_tried_ten_times_a_minute_at_most(limited):
    page = ask(limited, "camille@etu.exemple.example")
    answers = [limited.post(page, data={"code": "ABC"}).status_code for _attempt in range(11)]
    assert answers == [422] * 10 + [429]
