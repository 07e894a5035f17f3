"""Sensitive deeds ask for the second factor again, and nothing of what was sent is lost."""

import html
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.queries import waiting_for
from participatory.identity.factors import RECENT
from participatory.identity.models import PersonIdentifier, RoleGrant, SecondFactor, SignInSession
from participatory.identity.rules import Role
from participatory.rounds.rules import Phase
from participatory.web.access import Door, mark_of
from participatory.web.limits import limiter
from tests.factories import make_person, move_round, sign_in
from tests.identity.enrolment import (
    APPLICATION,
    FACTORS,
    QUESTION,
    add_application,
    add_key,
    challenge,
    code,
    recovery_codes,
)
from tests.identity.letters import ask, post
from tests.results.making import count, voted_round

GRANT = "/gestion/roles/donner"
LATER = RECENT + timedelta(minutes=1)


@pytest.fixture
def administrator(client):
    person = make_person(email="admin@region.example", roles=(Role.ADMINISTRATOR,))
    sign_in(client, person, second_factor=False)
    return person


def fields(page):
    """The fields of the form in the middle of a page, as its browser would send them."""
    form = re.search(r'<form class="formulaire".*?</form>', page, re.DOTALL).group()
    found = []
    for tag in re.findall(r"<input[^>]*>", form):
        named = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if named:
            found.append((html.unescape(named.group(1)), html.unescape(value.group(1)) if value else ""))
    return found


def officers():
    db.session.expire_all()
    return db.session.scalar(sa.select(sa.func.count()).select_from(RoleGrant).where(RoleGrant.role == "officer"))


def send(client, path, sent, typed):
    """Send the fields of the question again, with the code."""
    return client.post(path, data={**dict(sent), "second_factor_code": typed})


def test_a_role_is_given_after_the_question_without_typing_anything_again(client, administrator):
    seed = add_application(client)
    with time_machine.travel(now() + LATER, tick=False):
        asked = client.post(GRANT, data={"email": "nouvelle@region.example", "role": "officer"})
        assert asked.status_code == 403
        assert asked.headers["Cache-Control"] == "no-store"
        assert "Rien n’est perdu" in asked.text
        assert 'action="/gestion/roles/donner?"' in asked.text
        assert officers() == 0
        sent = fields(asked.text)
        assert {("email", "nouvelle@region.example"), ("role", "officer")} <= set(sent)
        wrong = send(client, GRANT, sent, "000000")
        assert wrong.status_code == 422
        assert "Cela ne convient pas." in wrong.text
        assert officers() == 0
        sent = fields(wrong.text)
        assert {("email", "nouvelle@region.example"), ("role", "officer")} <= set(sent)
        done = send(client, GRANT, sent, code(seed))
        assert done.status_code == 303
        assert officers() == 1
        # The second factor stands for a while: the next deed goes through.
        assert client.post(GRANT, data={"email": "autre@region.example", "role": "officer"}).status_code == 303
        assert officers() == 2


def test_a_publication_is_proposed_after_the_question(client):
    world = count(voted_round())
    sign_in(client, world.officer, second_factor=False)
    add_application(client)
    codes = recovery_codes(client)
    publish = f"/gestion/budgets/{world.round.slug}/depouillement/publier"
    move_round(world.round, Phase.RESULTS)
    with time_machine.travel(now() + LATER):
        asked = client.post(publish)
        assert asked.status_code == 403
        assert waiting_for("vote.publish", world.round.public_id) is None
        assert send(client, publish, fields(asked.text), codes[0]).status_code == 303
        assert waiting_for("vote.publish", world.round.public_id) is not None


def test_a_key_answers_in_the_middle_of_a_deed(make_test_app):
    app = make_test_app(public_url="http://localhost")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        client = app.test_client()
        sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)), second_factor=False)
        key = add_key(client)
        with time_machine.travel(now() + LATER):
            asked = client.post(GRANT, data={"email": "nouvelle@region.example", "role": "officer"})
            assert "Utiliser ma clé" in asked.text
            sent = {**dict(fields(asked.text)), "second_factor_answer": key.sign(challenge(client))}
            assert client.post(GRANT, data=sent).status_code == 303
            assert officers() == 1


def test_the_question_keeps_every_value_of_a_name_and_shows_markup_as_text(client, administrator):
    add_application(client)
    hostile = '"><script>alert(1)</script>'
    with time_machine.travel(now() + LATER):
        asked = client.post(GRANT + "?a=1&b=%22", data={"email": [hostile, "second"], "role": "officer"})
    assert asked.status_code == 403
    assert "<script>alert" not in asked.text
    assert [value for name, value in fields(asked.text) if name == "email"] == [hostile, "second"]
    assert 'action="/gestion/roles/donner?a=1&amp;b=%22"' in asked.text


def test_neither_the_token_nor_a_code_is_carried_along(app, administrator):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    sign_in(client, administrator)
    page = client.get("/gestion/roles?email=nouvelle@region.example").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    app.config["WTF_CSRF_ENABLED"] = False
    add_application(client)
    app.config["WTF_CSRF_ENABLED"] = True
    with time_machine.travel(now() + LATER):
        sent = {"csrf_token": token, "email": "nouvelle@region.example", "role": "officer"}
        asked = client.post(GRANT, data={**sent, "second_factor_code": "123456"})
        assert asked.status_code == 422
        names = [name for name, _value in fields(asked.text)]
        assert names.count("csrf_token") == 1
        assert dict(fields(asked.text))["second_factor_code"] == ""
        assert client.post(GRANT, data={**sent, "csrf_token": "autre"}).status_code == 400


def test_a_file_must_be_joined_again_and_the_page_says_so(client, administrator):
    add_application(client)
    with time_machine.travel(now() + LATER):
        sent = {"email": "a@b.example", "role": "officer", "list": (io.BytesIO(b"x"), "liste.csv")}
        asked = client.post(GRANT, data=sent, content_type="multipart/form-data")
    assert asked.status_code == 403
    assert "il faudra le joindre de nouveau" in asked.text


def test_a_visit_is_led_to_the_question_and_back(client, administrator):
    add_application(client)
    sign_in(client, administrator, second_factor=False)
    led = client.get("/gestion/roles?email=a%40b.example")
    assert led.status_code == 303
    assert led.location.startswith(f"{QUESTION}?next=/gestion/roles?email%3D") or "email" in led.location


def test_a_form_sent_in_a_session_that_never_gave_it_is_kept_too(client, administrator):
    add_application(client)
    codes = recovery_codes(client)
    sign_in(client, administrator, second_factor=False)
    asked = client.post(GRANT, data={"email": "nouvelle@region.example", "role": "officer"})
    assert asked.status_code == 403
    assert send(client, GRANT, fields(asked.text), codes[0]).status_code == 303
    assert officers() == 1


def test_too_many_tries_keep_what_was_sent(make_test_app, monkeypatch):
    app = make_test_app(rate_limit_storage="database://")
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(limiter, "enabled", True)
    with app.app_context():
        client = app.test_client()
        sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)), second_factor=False)
        seed = add_application(client)
        with time_machine.travel(now() + LATER):
            sent = {"email": "nouvelle@region.example", "role": "officer"}
            assert [send(client, GRANT, sent, "000000").status_code for _try in range(5)] == [422] * 5
            locked = send(client, GRANT, sent, code(seed))
            assert locked.status_code == 429
            assert ("email", "nouvelle@region.example") in fields(locked.text)
            assert officers() == 0


def test_a_deed_that_is_not_allowed_is_refused_before_any_question(client):
    sign_in(client, make_person(roles=(Role.MODERATOR,)), second_factor=False)
    add_application(client)
    with time_machine.travel(now() + LATER):
        refused = client.post(GRANT, data={"email": "nouvelle@region.example", "role": "officer"})
    assert refused.status_code == 403
    assert "second_factor_code" not in refused.text


def test_a_fragment_of_a_deed_says_where_to_answer(client, administrator):
    add_application(client)
    with time_machine.travel(now() + LATER):
        part = client.post(GRANT, data={"email": "a@b.example", "role": "officer"}, headers={"HX-Request": "true"})
    assert part.status_code == 403
    assert part.headers["HX-Retarget"] == "#messages"
    assert "<html" not in part.text
    assert officers() == 0


def test_a_session_ended_meanwhile_does_nothing(client, administrator):
    seed = add_application(client)
    with time_machine.travel(now() + LATER):
        asked = client.post(GRANT, data={"email": "nouvelle@region.example", "role": "officer"})
        with transaction():
            db.session.execute(sa.delete(SignInSession))
        assert send(client, GRANT, fields(asked.text), code(seed)).location.startswith("/connexion")
    assert officers() == 0


def test_the_deeds_that_are_hard_to_undo_ask_again(app):
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if mark_of(app, rule.endpoint).recent}
    assert {
        "identity.grant",
        "identity.revoke",
        "results.allow",
        "results.propose_publication",
        "deeds.confirm",
    } <= asked
    assert all(mark_of(app, endpoint).door is Door.STAFF for endpoint in asked)


@pytest.mark.parametrize("door", ["cas", "oidc", "saml", "printed"])
def test_a_session_opened_in_the_name_of_staff_without_their_mailbox_enrols_nothing(client, administrator, door):
    with transaction():
        db.session.scalars(sa.select(SignInSession)).one().door = door
    assert client.get("/gestion/roles").location.startswith(FACTORS)
    said = "un code envoyé à votre adresse"
    page = client.get(FACTORS).text
    assert said in page
    assert "rien à faire ici" not in page
    for address in (APPLICATION, f"{FACTORS}/cle"):
        for answered in (client.get(address), client.post(address, data={"code": "000000", "name": "moi"})):
            assert answered.status_code == 403
            assert said in answered.text
    assert client.post(f"{FACTORS}/cle/demande").status_code == 403
    assert db.session.scalars(sa.select(SecondFactor)).all() == []


def test_a_letter_to_an_address_that_was_only_asserted_does_not_enrol_the_first_factor(client):
    person = make_person(email="admin@region.example", roles=(Role.ADMINISTRATOR,))
    with transaction():
        beside = PersonIdentifier(person_id=person.id, value="autre@univ.example", source="cas", added_at=now())
        db.session.add(beside)
    for address, status in (("autre@univ.example", 403), ("admin@region.example", 200)):
        assert client.post(ask(client, address), data={"code": post()[-1].code}).status_code == 303
        assert client.get(APPLICATION).status_code == status
        client.post("/deconnexion")
