"""Looking a receipt or a secret code up: what anybody learns at each step of the vote; and taking a ballot back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import current_app

from participatory.ballots.actions import cast, challenge, seal_choices, withdraw
from participatory.ballots.models import Envelope, EnvelopeStatus, OpenedBallot, Signature, UrnState
from participatory.ballots.opening import open_vote
from participatory.ballots.queries import step_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.rules import Phase
from participatory.urn.document import new_tracker
from participatory.urn.receipts import receipt_code
from participatory.urn.tree import check_inclusion
from tests.ballots.conftest import LETTER, deposit, envelope
from tests.factories import add_voter, make_person, move_round, sign_in
from tests.results.making import bring_out, count, voted_round


def look(client, receipt):
    return client.get("/verifier", query_string={"recu": receipt_code(receipt)}).text


def store():
    return current_app.extensions["secrets"]


def test_a_ballot_is_found_then_replaced_then_withdrawn(client, world):
    first = deposit(world, world.ids[:1])
    assert "Il est dans l’urne en ce moment" in look(client, first)
    second = deposit(world, world.ids[1:2])
    assert "Aucun bulletin ne porte ce reçu" in look(client, first)
    with transaction():
        withdraw(world.round, world.person, now(), store(), **LETTER)
    assert "Aucun bulletin ne porte ce reçu" in look(client, second)


def test_an_opened_envelope_is_said_so_and_one_set_aside_is_in_no_urn(client, world):
    sealed = envelope(world)
    with transaction():
        opened = challenge(world.round, world.person, sealed, now(), store())
    assert "ouverte pour contrôle" in look(client, opened)
    kept = deposit(world, world.ids[:1])
    with transaction():
        db.session.execute(sa.update(Envelope).values(status=EnvelopeStatus.SET_ASIDE.value))
    text = look(client, kept)
    assert "Aucun bulletin ne porte ce reçu" in text
    assert "mis à l’écart" in text


def test_a_sealed_ballot_comes_with_the_proof_that_leads_to_the_published_root(client, app):
    made = voted_round(Phase.CONTROL)
    receipts = sorted(db.session.scalars(sa.select(Envelope.receipt)))
    assert client.get("/verifier/preuve.json", query_string={"recu": receipt_code(receipts[0])}).status_code == 404
    count(made)
    root = step_of(made.round, UrnState.SEALED).figures["root"]
    for index in (0, 7, len(receipts) - 1):
        text = look(client, receipts[index])
        assert "dans l’urne scellée" in text
        assert root in text
        answer = client.get("/verifier/preuve.json", query_string={"recu": receipt_code(receipts[index])})
        assert answer.headers["Content-Disposition"].startswith("attachment")
        proof = answer.get_json()
        assert (proof["index"], proof["size"], proof["root"]) == (index, len(receipts), root)
        path = [bytes.fromhex(step) for step in proof["path"]]
        leaf = bytes.fromhex(receipts[index])
        assert check_inclusion(leaf, index, len(receipts), path, bytes.fromhex(root))


@pytest.mark.parametrize("typed", ["", "x", "0" * 52, "A" * 5000, "\0", "é"])
def test_there_is_no_proof_for_what_is_in_no_sealed_urn(client, world, typed):
    assert client.get("/verifier/preuve.json", query_string={"recu": typed}).status_code == 404


def test_a_secret_code_finds_its_ballot_once_the_result_is_out_and_not_before(client, app):
    made, tracker = voted_round(Phase.VOTING), new_tracker()
    person, project = make_person(), made.projects["Concert"]
    voter = add_voter(made.round, person)
    with transaction():
        opening = open_vote(made.round, now())
    chosen = {MAIN_CONTEST: [(project.public_id, 1)]}
    sealed, _document = seal_choices(made.round, opening, voter, chosen, {MAIN_CONTEST: tracker})
    with transaction():
        cast(made.round, person, sealed.ciphertext, key="k" * 20, now=now(), store=store(), **LETTER)
    move_round(made.round, Phase.CONTROL)
    count(made)
    assert db.session.scalar(sa.select(OpenedBallot.tracker).where(OpenedBallot.tracker != "")) == tracker
    assert "Aucun bulletin publié" in client.post("/verifier/code", data={"code": tracker}).text
    bring_out(made)
    answer = client.post("/verifier/code", data={"code": f" {tracker[:8].lower()} {tracker[8:]}"})
    assert "ce bulletin a compté" in answer.text
    assert "Concert" in answer.text
    assert "Jardin" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Aucun bulletin publié" in client.post("/verifier/code", data={"code": new_tracker()}).text


@pytest.mark.parametrize("typed", ["", "abc", "0" * 17, "<script>alert(1)</script>", "\0" * 16, "é" * 300])
def test_what_is_no_secret_code_is_said_so(client, app, typed):
    answer = client.post("/verifier/code", data={"code": typed})
    assert answer.status_code == 200
    assert "pas un code complet" in answer.text
    assert "<script>alert" not in answer.text


def test_no_code_at_all_finds_no_ballot_without_one(client, app):
    made = voted_round(Phase.CONTROL)
    count(made)
    bring_out(made)
    assert "a compté" not in client.post("/verifier/code", data={"code": ""}).text


def test_withdrawing_takes_two_steps_and_leaves_nothing(voter_client, world):
    deposit(world, world.ids[:1])
    assert "Retirer mon bulletin de l’urne" in voter_client.get(world.address("retirer")).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Envelope)) == 1
    assert voter_client.post(world.address("retirer")).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Envelope)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Signature)) == 0
    assert "rien à retirer" in voter_client.get(world.address("retirer")).text
    assert voter_client.post(world.address("retirer")).status_code == 409
    assert deposit(world, world.ids[1:2])


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_letter_of_a_withdrawal_names_neither_receipt_nor_choice(app, voter_client, world, locale):
    with transaction():
        world.person.locale = locale
    receipt = receipt_code(deposit(world, world.ids[:1]))
    voter_client.post(world.address("retirer"))
    letter = db.session.scalars(sa.select(Letter).where(Letter.template == "ballot_withdrawn")).one()
    with app.test_request_context():
        message = compose(letter)
    assert world.round.title in message.body
    assert receipt not in message.body
    assert not any(each in message.body for each in world.ids)


def test_nobody_takes_back_the_ballot_of_another_and_nothing_after_the_vote(app, voter_client, world):
    deposit(world, world.ids[:1])
    for person in (make_person(), make_person()):
        client = app.test_client()
        sign_in(client, person)
        assert client.post(world.address("retirer")).status_code == 403
        add_voter(world.round, person)
        assert client.post(world.address("retirer")).status_code == 409
    move_round(world.round, Phase.CONTROL)
    assert voter_client.post(world.address("retirer")).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Envelope)) == 1
