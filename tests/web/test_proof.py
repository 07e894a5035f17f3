"""Proof of work: right, fresh, ours, and once."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import altcha
import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db
from participatory.web.proof import LASTS, SpentProof, is_proven
from tests.web.proofs import solved


@pytest.fixture
def visitor(app, client):
    app.config["PROOF_COST"] = 1
    return client


def proven(app, payload: str) -> bool:
    with app.test_request_context("/connexion", method="POST", data={"altcha": payload}):
        return is_proven()


def changed(payload: str, path: tuple[str, ...], value: object) -> str:
    whole = json.loads(base64.b64decode(payload))
    inner = whole
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return base64.b64encode(json.dumps(whole).encode()).decode()


def test_a_proof_is_believed_once(app, visitor):
    payload = solved(visitor)
    assert proven(app, payload)
    assert not proven(app, payload)
    assert proven(app, solved(visitor))


def test_a_request_that_asks_twice_spends_its_proof_once(app, visitor):
    with app.test_request_context("/connexion", method="POST", data={"altcha": solved(visitor)}):
        assert is_proven()
        assert is_proven()


def test_a_proof_expires(app, visitor):
    payload = solved(visitor)
    with time_machine.travel(now() + LASTS + timedelta(seconds=2)):
        assert not proven(app, payload)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("challenge", "parameters", "cost"), 0),
        (("challenge", "parameters", "expiresAt"), 9_999_999_999),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters"), []),
        (("challenge", "parameters"), None),
        (("challenge", "parameters", "data"), {"__proto__": 1}),
        (("challenge", "signature"), "00" * 32),
        (("challenge", "signature"), None),
        (("challenge",), "x"),
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), None),
        (("solution",), 3),
    ],
)
def test_a_changed_proof_is_not_believed(app, visitor, path, value):
    assert not proven(app, changed(solved(visitor), path, value))


@pytest.mark.parametrize(
    "payload",
    ["", "x", "é", "e30=", "W10=", "bnVsbA==", "A" * 4001, base64.b64encode(b"[" * 2900).decode(), "\ud800"],
)
def test_a_hostile_payload_is_no_proof_and_no_fault(app, payload):
    try:
        assert not proven(app, payload)
    except UnicodeEncodeError:
        # A client cannot even send half a character.
        assert payload == "\ud800"


def test_a_challenge_signed_with_another_secret_is_not_ours(app):
    foreign = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=1, hmac_secret=b"other", hmac_key_secret=b"other")
    payload = altcha.Payload(foreign, altcha.solve_challenge(foreign)).to_base64()
    assert not proven(app, payload)


def test_two_at_once_spend_a_proof_once(app_on_each_database):
    app = app_on_each_database
    app.config["PROOF_COST"] = 1
    payload = solved(app.test_client())

    def use(_turn):
        with app.test_request_context("/connexion", method="POST", data={"altcha": payload}):
            believed = is_proven()
            db.session.remove()
            return believed

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(use, range(12))) == [False] * 11 + [True]


def test_proofs_past_their_time_are_forgotten(app, visitor):
    assert proven(app, solved(visitor))
    with time_machine.travel(now() + LASTS + timedelta(seconds=2)):
        assert proven(app, solved(visitor))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SpentProof)) == 1


def test_a_challenge_is_not_kept_by_anybody(visitor):
    first, second = visitor.get("/preuve"), visitor.get("/preuve")
    assert first.headers["Cache-Control"] == "no-store"
    assert first.get_json()["parameters"]["nonce"] != second.get_json()["parameters"]["nonce"]
    assert "Set-Cookie" not in first.headers


def test_the_effort_has_a_bound(visitor):
    challenge = altcha.Challenge.from_dict(visitor.get("/preuve").get_json())
    assert 150 <= altcha.solve_challenge(challenge).counter < 300
