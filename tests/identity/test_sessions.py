"""Sessions kept on the server: made new at sign-in, listed, ended from anywhere, gone at sign-out."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity import sessions
from participatory.identity.models import SignInSession
from participatory.identity.rules import Role
from participatory.identity.sessions import LASTS, STAFF_LASTS, keep_session
from tests.factories import make_person, sign_in
from tests.identity.letters import ask, post

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def enter(client, email, **headers):
    """Sign in by letter, as people do."""
    page = ask(client, email)
    answer = client.post(page, data={"code": post()[-1].code}, headers=headers)
    assert answer.status_code == 303, answer.text


def cookie(client):
    return client.get_cookie("session").value


def with_cookie(app, value):
    client = app.test_client()
    client.set_cookie("session", value)
    return client


def rows():
    db.session.expire_all()
    return db.session.scalars(sa.select(SignInSession).order_by(SignInSession.id)).all()


def test_a_cookie_from_before_the_sign_in_opens_nothing(app, client):
    client.get("/connexion")
    ask(client, "camille@etu.exemple.example")
    before = cookie(client)
    enter(client, "camille@etu.exemple.example")
    assert client.get("/mon-compte").status_code == 200
    assert with_cookie(app, before).get("/mon-compte").status_code == 303


def test_a_cookie_planted_by_somebody_else_is_not_the_one_that_signs_in(app, client):
    thief = app.test_client()
    enter(thief, "voleur@etu.exemple.example")
    planted = cookie(thief)
    client.set_cookie("session", planted)
    enter(client, "camille@etu.exemple.example")
    assert "camille@etu.exemple.example" in client.get("/mon-compte").text
    # The session that was planted ended when the victim signed in over it.
    assert with_cookie(app, planted).get("/mon-compte").status_code == 303


def test_signing_in_again_gives_another_token(client, app):
    enter(client, "camille@etu.exemple.example")
    first = cookie(client)
    enter(client, "camille@etu.exemple.example")
    assert cookie(client) != first
    assert with_cookie(app, first).get("/mon-compte").status_code == 303
    assert len(rows()) == 1


def test_a_cookie_kept_after_the_sign_out_is_refused(app, client):
    enter(client, "camille@etu.exemple.example")
    kept = cookie(client)
    assert with_cookie(app, kept).get("/mon-compte").status_code == 200
    client.post("/deconnexion")
    assert rows() == []
    assert with_cookie(app, kept).get("/mon-compte").status_code == 303


def test_the_table_holds_no_token(app, client):
    enter(client, "camille@etu.exemple.example")
    with client.session_transaction() as session:
        token = session["_sid"]
    row = rows()[0]
    assert token not in {row.digest, row.public_id}
    for guess in (row.digest, row.public_id, "", 3, None, ["a"]):
        with client.session_transaction() as session:
            session["_sid"] = guess
        assert client.get("/mon-compte").status_code == 303


def test_a_token_does_not_open_the_account_of_another(client):
    enter(client, "camille@etu.exemple.example")
    other = make_person(email="sacha@etu.exemple.example")
    with client.session_transaction() as session:
        session["_user_id"] = other.public_id
    assert client.get("/mon-compte").status_code == 303


@pytest.mark.parametrize(("roles", "lasts"), [((), LASTS), ((Role.APPRAISER,), STAFF_LASTS)])
def test_staff_stay_twelve_hours_and_the_others_a_fortnight(client, roles, lasts):
    make_person(email="camille@etu.exemple.example", roles=roles)
    enter(client, "camille@etu.exemple.example")
    with time_machine.travel(now() + lasts - timedelta(minutes=1)):
        assert client.get("/mon-compte").status_code == 200
    with time_machine.travel(now() + lasts + timedelta(minutes=1)):
        assert client.get("/mon-compte").status_code == 303


def test_the_account_says_where_one_is_signed_in(app, client):
    enter(client, "camille@etu.exemple.example", **FIREFOX)
    other = app.test_client()
    enter(other, "camille@etu.exemple.example")
    text = client.get("/mon-compte").text
    assert "Firefox, Linux" in text
    assert text.count("Par une lettre électronique") == 2
    assert text.count('class="tag tag--garrigue">ici') == 1
    assert "Déconnecter partout ailleurs" in text


def test_the_account_shows_twenty_sessions_and_this_one_first(client, count_queries):
    person = make_person(email="camille@etu.exemple.example")
    enter(client, "camille@etu.exemple.example", **FIREFOX)
    with count_queries() as few:
        client.get("/mon-compte")
    with transaction():
        for number in range(30):
            keep_session(db.session.merge(person), f"token {number}", "mail", "", now() + timedelta(minutes=1))
    with count_queries() as many:
        text = client.get("/mon-compte").text
    assert text.count("Par une lettre électronique") == 20
    assert text.index("Firefox, Linux") < text.index("Navigateur inconnu")
    assert len(many.statements) == len(few.statements)


def test_one_session_is_ended_from_another(app, client):
    enter(client, "camille@etu.exemple.example")
    lost = app.test_client()
    enter(lost, "camille@etu.exemple.example")
    public_id = rows()[1].public_id
    ended = client.post(f"/mon-compte/connexions/{public_id}/terminer")
    assert (ended.status_code, ended.location) == (303, "/mon-compte#connexions")
    assert lost.get("/mon-compte").status_code == 303
    assert client.get("/mon-compte").status_code == 200
    assert client.post(f"/mon-compte/connexions/{public_id}/terminer").status_code == 404


def test_ending_this_session_signs_out(client):
    enter(client, "camille@etu.exemple.example")
    ended = client.post(f"/mon-compte/connexions/{rows()[0].public_id}/terminer")
    assert ended.location == "/"
    assert rows() == []
    assert client.get("/mon-compte").status_code == 303


def test_all_the_others_end_at_once(app, client):
    enter(client, "camille@etu.exemple.example")
    others = [app.test_client() for _each in range(2)]
    for each in others:
        enter(each, "camille@etu.exemple.example")
    stranger = app.test_client()
    enter(stranger, "sacha@etu.exemple.example")
    assert client.post("/mon-compte/connexions/terminer-les-autres").status_code == 303
    assert [each.get("/mon-compte").status_code for each in others] == [303, 303]
    assert client.get("/mon-compte").status_code == 200
    assert stranger.get("/mon-compte").status_code == 200


def test_nobody_ends_the_session_of_another(app, client):
    enter(client, "camille@etu.exemple.example")
    stranger = app.test_client()
    enter(stranger, "sacha@etu.exemple.example")
    assert stranger.post(f"/mon-compte/connexions/{rows()[0].public_id}/terminer").status_code == 404
    assert client.get("/mon-compte").status_code == 200


def test_a_browser_may_call_itself_anything(client):
    make_person(email="camille@etu.exemple.example")
    enter(client, "camille@etu.exemple.example", **{"User-Agent": "<script>alert(1)</script>" * 200})
    text = client.get("/mon-compte").text
    assert "<script>alert" not in text
    assert "Navigateur inconnu" in text


def test_a_session_that_ends_while_its_page_is_asked_leads_to_the_sign_in(app, client, monkeypatch):
    """Two requests at once: the session is ended after it was read, before its visit is noted."""
    person = make_person()
    sign_in(client, person)
    moment = now() + timedelta(hours=1)
    noted = sessions._note_visit

    def ended_first(row):
        with db.engine.connect().execution_options(write_lock=True) as connection, connection.begin():
            connection.execute(sa.delete(SignInSession))
        noted(row)

    monkeypatch.setattr(sessions, "_note_visit", ended_first)
    with time_machine.travel(moment):
        # The first had been admitted; nothing fails, and nothing brings the session back.
        assert client.get("/mon-compte").status_code == 200
        assert client.get("/mon-compte").status_code == 303
    assert rows() == []
