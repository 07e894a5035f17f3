"""A declared stand: its device is enrolled once, people vote on it one after the other, and nothing of them stays."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import g

from participatory.ballots.models import Envelope, Signature
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.models import SignInSession
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.identity.sessions import keep_session
from participatory.journal.models import JournalEntry
from participatory.proposals.queries import on_ballot
from participatory.rounds.rules import Phase
from participatory.stands.actions import close_stand, enrol_device, give_code, open_stand
from participatory.stands.models import Stand
from participatory.stands.staff import enrol_key
from tests.factories import (
    add_voter,
    deposit_ballot,
    limit_role,
    make_person,
    make_proposal,
    make_round,
    move_round,
    sign_in,
    site,
)
from tests.stands.making import declared_stand, device, device_token


@pytest.fixture
def officer(app):
    assert app
    return make_person(roles=(Role.OFFICER,))


@pytest.fixture
def round_(app):
    assert app
    made = make_round()
    make_proposal(made, title="Épicerie")
    return made


def _banner(client, round_) -> bool:
    return "data-stand" in client.get(f"/budgets/{round_.slug}/vote").text


def test_a_device_is_enrolled_by_the_code_and_shows_the_banner(app, officer, round_):
    stand = declared_stand(round_, officer)
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    client = device(app, "")
    answer = client.post("/stand", data={"code": code.lower()})
    assert answer.status_code == 303
    assert answer.location.endswith(f"/budgets/{round_.slug}/vote")
    cookie = answer.headers.getlist("Set-Cookie")
    held = next(each for each in cookie if each.startswith("stand="))
    assert "HttpOnly" in held
    assert "SameSite=Lax" in held
    text = client.get(f"/budgets/{round_.slug}/vote").text
    assert "Stand Arsenal, midi" in text
    assert stand.site.name in text


def test_the_database_holds_only_digests_of_the_code_and_of_the_token(app, officer, round_):
    stand = declared_stand(round_, officer)
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    assert code not in str(vars(db.session.get(Stand, stand.id)))
    with transaction():
        _stand, token = enrol_device(code, now(), enrol_key())
    assert token not in str(vars(db.session.get(Stand, stand.id)))
    assert app


def test_a_code_enrols_one_device_once(app, officer, round_):
    stand = declared_stand(round_, officer)
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    first, second = device(app, ""), device(app, "")
    assert first.post("/stand", data={"code": code}).status_code == 303
    refused = second.post("/stand", data={"code": code})
    assert refused.status_code == 422
    assert "ne vaut pas, ou plus" in refused.text


@pytest.mark.parametrize("typed", ["", "abc", "0" * 12, "é" * 12, "0" * 5000, "'; DROP TABLE stand; --"])
def test_hostile_codes_open_nothing(app, officer, round_, typed):
    declared_stand(round_, officer)
    answer = device(app, "").post("/stand", data={"code": typed})
    assert answer.status_code == 422
    assert not any(each.startswith("stand=") for each in answer.headers.getlist("Set-Cookie"))


def test_a_code_is_worth_nothing_after_a_quarter_of_an_hour(officer, round_):
    stand = declared_stand(round_, officer)
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    with pytest.raises(Refusal, match="ne vaut pas"), transaction():
        enrol_device(code, now() + timedelta(minutes=15), enrol_key())


def test_a_second_code_takes_the_place_of_the_first(officer, round_):
    stand = declared_stand(round_, officer)
    with transaction():
        first = give_code(stand, officer, now(), enrol_key())
    with transaction():
        give_code(stand, officer, now(), enrol_key())
    with pytest.raises(Refusal, match="ne vaut pas"), transaction():
        enrol_device(first, now(), enrol_key())


def test_another_device_takes_the_place_of_the_first(app, officer, round_):
    stand = declared_stand(round_, officer)
    former = device(app, device_token(stand, officer))
    present = device(app, device_token(stand, officer))
    assert not _banner(former, round_)
    assert _banner(present, round_)


def test_nobody_enrols_a_device_while_signed_in(app, officer, round_):
    stand = declared_stand(round_, officer)
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    client = device(app, "")
    sign_in(client, officer)
    answer = client.post("/stand", data={"code": code})
    assert answer.status_code == 422
    assert "Déconnectez-vous d’abord" in answer.text


@pytest.mark.parametrize("how", ["closed", "past its hour", "the vote is over"])
def test_the_cookie_dies_with_the_stand(app, officer, round_, how):
    stand = declared_stand(round_, officer)
    client = device(app, device_token(stand, officer))
    assert _banner(client, round_)
    if how == "closed":
        with transaction():
            close_stand(stand, officer, now())
    elif how == "past its hour":
        with transaction():
            db.session.execute(sa.update(Stand).values(until=now() - timedelta(seconds=1)))
    else:
        move_round(round_, Phase.CONTROL)
    answer = client.get("/")
    assert "data-stand" not in answer.text
    assert any(each.startswith("stand=;") for each in answer.headers.getlist("Set-Cookie"))


def test_a_device_enrolled_before_the_vote_waits_for_it(app, officer):
    later = make_round(Phase.REVIEW)
    stand = declared_stand(later, officer)
    client = device(app, device_token(stand, officer))
    answer = client.get("/")
    assert "data-stand" not in answer.text
    assert not any(each.startswith("stand=") for each in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("until", [timedelta(0), timedelta(seconds=-1), timedelta(days=400)])
def test_a_stand_is_open_until_an_hour_of_the_vote(officer, round_, until):
    moment = now()
    with pytest.raises(Refusal, match="au plus tard"), transaction():
        open_stand(round_, site(), officer, moment, label="Hall", until=moment + until)


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.CONTROL, Phase.RESULTS])
def test_no_stand_is_declared_out_of_time(officer, phase):
    made = make_round(phase)
    with pytest.raises(Refusal), transaction():
        open_stand(made, site(), officer, now(), label="Hall", until=now() + timedelta(hours=1))


def test_an_officer_of_another_round_opens_and_sees_nothing(app, client, round_):
    assert app
    elsewhere = make_person(roles=(Role.OFFICER,))
    limit_role(elsewhere, Role.OFFICER, Scope(ScopeKind.ROUND, make_round().public_id))
    sign_in(client, elsewhere)
    assert client.get(f"/gestion/budgets/{round_.slug}/stands").status_code == 403


# What people leave behind


def _vote(client, round_, person) -> str:
    sign_in(client, person)
    project = client.get(f"/budgets/{round_.slug}/vote").text
    choice = re.search(r'id="projet-([0-9a-z]+)"', project)[1]
    client.post(f"/budgets/{round_.slug}/vote/panier/{choice}", data={"act": "add"})
    return choice


def test_two_people_vote_one_after_the_other_and_the_second_finds_nothing_of_the_first(app, officer, round_):
    first, second = make_person(), make_person()
    for person in (first, second):
        add_voter(round_, person)
    client = device(app, device_token(declared_stand(round_, officer), officer))
    _vote(client, round_, first)
    assert first.display_name not in client.post("/deconnexion").text
    left = [
        name
        for name in ("session", "panier")
        if (cookie := client.get_cookie(name)) and first.public_id in cookie.value
    ]
    assert not left
    sign_in(client, second)
    text = client.get(f"/budgets/{round_.slug}/vote").text
    assert 'name="act" value="remove"' not in text
    assert first.display_name not in text
    with client.session_transaction() as session:
        assert "receipts" not in session or first.public_id not in str(session["receipts"])


def test_signing_out_on_a_stand_leads_to_its_vote_and_keeps_the_device(app, officer, round_):
    client = device(app, device_token(declared_stand(round_, officer), officer))
    sign_in(client, make_person())
    answer = client.post("/deconnexion")
    assert answer.location.endswith(f"/budgets/{round_.slug}/vote")
    assert _banner(client, round_)


def test_the_marks_of_one_person_are_not_those_of_the_next(app, officer, round_):
    client = device(app, device_token(declared_stand(round_, officer), officer))
    sign_in(client, make_person())
    client.post(f"/projets/{on_ballot(round_)[0].slug}/favori")
    assert client.get_cookie("favoris").value
    client.post("/deconnexion")
    assert client.get_cookie("favoris") is None


def test_no_page_of_a_stand_is_kept_by_the_browser(app, officer, round_):
    client = device(app, device_token(declared_stand(round_, officer), officer))
    sign_in(client, make_person())
    for path in ("/", "/mon-compte", f"/budgets/{round_.slug}/vote", f"/budgets/{round_.slug}/vote/recu"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_session_of_a_stand_ends_on_the_server_within_minutes(app, officer, round_):
    token = device_token(declared_stand(round_, officer), officer)
    person = make_person()
    with app.test_request_context(headers={"Cookie": f"stand={token}"}):
        g.pop("enrolled_stand", None)
        with transaction():
            row = keep_session(person, "a-token", "mail", "", now())
        assert row.expires_at <= now() + timedelta(minutes=5)
    with transaction():
        at_home = keep_session(person, "another-token", "mail", "", now())
    assert at_home.expires_at > now() + timedelta(days=13)


def test_a_page_of_a_stand_makes_any_session_short_and_keeps_it_going(app, officer, round_):
    client = device(app, device_token(declared_stand(round_, officer), officer))
    person = make_person()
    sign_in(client, person)
    client.get("/mon-compte")
    ends = db.session.scalars(sa.select(SignInSession.expires_at).where(SignInSession.person_id == person.id)).one()
    assert timedelta(minutes=4) < ends - now() <= timedelta(minutes=5)
    assert client.get("/stand/present").status_code == 204


def test_what_an_ended_session_left_in_the_cookies_is_cleared(app, officer, round_):
    person = make_person()
    add_voter(round_, person)
    client = device(app, device_token(declared_stand(round_, officer), officer))
    _vote(client, round_, person)
    with client.session_transaction() as session:
        session["receipts"] = {"person": person.public_id, "rounds": {round_.public_id: "0" * 64}}
    with transaction():
        db.session.execute(sa.update(SignInSession).values(expires_at=now() - timedelta(seconds=1)))
    assert client.get(f"/budgets/{round_.slug}/vote/recu").status_code == 303
    client.get("/connexion")
    with client.session_transaction() as session:
        assert person.public_id not in str(dict(session))
        assert "receipts" not in session
    basket = client.get_cookie("panier")
    assert basket is None or not basket.value


def test_nothing_tells_that_a_ballot_came_from_a_stand(app, officer, round_):
    at_home, at_stand = make_person(), make_person()
    for person in (at_home, at_stand):
        add_voter(round_, person)
    stand = declared_stand(round_, officer)
    token = device_token(stand, officer)
    project = on_ballot(round_)[0].public_id
    deposit_ballot(round_, at_home, [project])
    with app.test_request_context(headers={"Cookie": f"stand={token}"}):
        deposit_ballot(round_, at_stand, [project])
    db.session.expire_all()
    for table in (Signature, Envelope):
        names = {column.name for column in table.__table__.columns}
        assert not any("stand" in name for name in names)
        assert {row.batch for row in db.session.scalars(sa.select(table))} == {""}
    rows = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "ballot.cast")).all()
    assert len(rows) == 2
    assert all(stand.public_id not in row.payload and row.actor == "system" for row in rows)


def test_the_journal_tells_of_stands_and_not_of_their_devices(app, client, officer, round_):
    assert app
    sign_in(client, officer)
    until = (now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    page = f"/gestion/budgets/{round_.slug}/stands"
    answer = client.post(page, data={"label": "Hall B", "site": "toulouse", "until": until})
    assert answer.status_code == 303
    shown = client.post(f"{answer.location}/code")
    assert shown.status_code == 200
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", shown.text)
    assert client.post(f"{answer.location}/fermer").status_code == 303
    verbs = [row.verb for row in db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position))]
    assert [verb for verb in verbs if verb.startswith("stand.")] == ["stand.opened", "stand.closed"]
