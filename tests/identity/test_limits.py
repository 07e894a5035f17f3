import pytest

from participatory.web.limits import limiter
from tests.identity.letters import ask, post


@pytest.fixture
def limited(make_test_app, monkeypatch):
    """A browser of an application that counts in its database, as one machine does."""
    app = make_test_app(rate_limit_storage="database://")
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(limiter, "enabled", True)
    with app.app_context():
        yield app.test_client()


def test_an_address_receives_five_letters_in_a_quarter_of_an_hour(limited):
    for _letter in range(5):
        ask(limited, "camille@etu.exemple.example")
    answer = limited.post("/connexion", data={"email": " CAMILLE@etu.exemple.example"})
    assert answer.status_code == 429
    assert "Attendez" in answer.text
    # Full-width letters are another way of writing the same address.
    assert limited.post("/connexion", data={"email": "ＣＡＭＩＬＬＥ@etu.exemple.example"}).status_code == 429
    ask(limited, "sacha@etu.exemple.example")
    assert len(post()) == 6


def test_a_whole_lecture_hall_behind_one_address_may_sign_in(limited):
    for seat in range(60):
        ask(limited, f"etudiant{seat}@etu.exemple.example")


def test_codes_of_one_attempt_are_tried_ten_times_a_minute_at_most(limited):
    page = ask(limited, "camille@etu.exemple.example")
    answers = [limited.post(page, data={"code": "ABC"}).status_code for _attempt in range(11)]
    assert answers == [422] * 10 + [429]
