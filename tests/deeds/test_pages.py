"""The screens of deeds: everything is said before, and nothing is done by the wrong person."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.actions import propose
from participatory.deeds.models import Deed
from participatory.identity.models import SignInSession
from participatory.identity.rules import Role
from participatory.rounds.models import Round
from tests.factories import make_person, make_round, sign_in


@pytest.fixture
def proposer(app):
    return make_person(roles=(Role.OFFICER,), name="Ada Proposante")


@pytest.fixture
def officer(app, client):
    person = make_person(roles=(Role.OFFICER,), name="Zoé Confirmante")
    sign_in(client, person)
    return person


def address(deed, act="") -> str:
    return f"/gestion/actes/{deed.public_id}" + (f"/{act}" if act else "")


def reread(deed) -> Deed:
    db.session.expire_all()
    return db.session.scalars(sa.select(Deed).where(Deed.public_id == deed.public_id)).one()


def test_the_page_says_exactly_what_will_happen(client, proposed, proposer, officer):
    deed = proposed(proposer, title="<script>alert(1)</script>")
    assert "Ada Proposante" in client.get("/gestion/actes").text
    text = client.get(address(deed)).text
    assert "Le titre deviendra « &lt;script&gt;" in text.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    assert "12\u202f345" in text
    assert "Albi &lt;b&gt;" in text
    assert deed.shown in text


def test_an_officer_confirms_from_the_page(client, proposed, proposer, officer, round_):
    deed = proposed(proposer)
    assert client.post(address(deed, "confirmer"), data={"seen": deed.shown}).status_code == 303
    assert reread(deed).confirmed_by == officer.public_id
    text = client.get(address(deed)).text
    assert "Zoé Confirmante" in text
    # What was done is still there to read, as it was when both people read it.
    assert "Albi &lt;b&gt;" in text
    assert "12\u202f345" in text
    assert client.post(address(deed, "confirmer"), data={"seen": deed.shown}).status_code == 409


def test_who_proposed_reads_that_somebody_else_must_confirm(client, proposed, officer):
    deed = proposed(officer)
    assert "une autre personne doit le confirmer" in client.get(address(deed)).text
    assert client.post(address(deed, "confirmer"), data={"seen": deed.shown}).status_code == 403
    assert reread(deed).confirmed_at is None


def test_who_proposed_takes_back_and_who_reads_refuses(client, proposed, proposer, officer):
    of_another = client.get(address(proposed(proposer))).text
    assert "Refuser cet acte" in of_another
    assert "Retirer cet acte" not in of_another
    sign_in(client, proposer)
    assert "Retirer cet acte" in client.get(address(db.session.scalars(sa.select(Deed)).one())).text


def test_what_changed_is_shown_and_can_be_proposed_again(client, proposed, proposer, officer, round_):
    deed = proposed(proposer)
    with transaction():
        db.session.get_one(Round, round_.id).title = "Entre-temps"
    answer = client.post(address(deed, "confirmer"), data={"seen": deed.shown})
    assert answer.status_code == 409
    assert "Proposer à nouveau" in answer.text
    assert client.post(address(deed, "renouveler")).status_code == 303
    assert reread(deed).proposed_by == officer.public_id


def test_a_withdrawal_without_a_reason_comes_back(client, proposed, proposer, officer):
    deed = proposed(proposer)
    answer = client.post(address(deed, "retirer"), data={"reason": ""})
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.text
    assert client.post(address(deed, "retirer"), data={"reason": "Trop tôt"}).status_code == 303
    assert "Trop tôt" in client.get(address(deed)).text


def test_a_confirmation_without_what_was_seen_does_nothing(client, proposed, proposer, officer):
    deed = proposed(proposer)
    assert client.post(address(deed, "confirmer"), data={"seen": "é" * 90}).status_code == 422
    assert reread(deed).confirmed_at is None


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.REFERENT,)])
def test_nobody_else_sees_it(client, proposed, proposer, roles):
    deed = proposed(proposer)
    sign_in(client, make_person(roles=roles))
    for answer in (client.get("/gestion/actes"), client.get(address(deed)), client.post(address(deed, "confirmer"))):
        assert answer.status_code == 403


def test_an_unknown_deed_is_not_found(client, officer, kind):
    assert client.get("/gestion/actes/inconnu").status_code == 404


def test_confirming_asks_for_a_recent_second_factor(client, proposed, proposer, officer):
    deed = proposed(proposer)
    with transaction():
        for row in db.session.scalars(sa.select(SignInSession).where(SignInSession.person_id == officer.id)):
            row.second_factor_at = now() - timedelta(hours=2)
    client.post(address(deed, "confirmer"), data={"seen": deed.shown})
    assert reread(deed).confirmed_at is None


def test_the_list_asks_the_same_number_of_questions_for_one_deed_or_ten(client, kind, proposer, officer, count_queries):
    def add(number):
        for _ in range(number):
            round_ = make_round()
            with transaction():
                propose(
                    kind, round_.public_id, {"round": round_.id, "key": round_.public_id, "title": "x"}, proposer, now()
                )

    add(1)
    client.get("/gestion/actes")
    with count_queries() as one:
        client.get("/gestion/actes")
    add(9)
    db.session.expunge_all()
    with count_queries() as ten:
        client.get("/gestion/actes")
    # One less or more: the transaction that begins.
    assert abs(len(ten.statements) - len(one.statements)) <= 1
