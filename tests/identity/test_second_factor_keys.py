"""Keys and devices (WebAuthn): what a software authenticator may do, and what each kind of forgery meets."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db
from participatory.identity.factors import CHALLENGE_LASTS
from participatory.identity.models import SecondFactor
from participatory.identity.passkeys import site_of
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from tests.factories import make_person, sign_in
from tests.identity.authenticator import PRESENT, VERIFIED, Key
from tests.identity.enrolment import FACTORS, KEY, QUESTION, add_application, add_key, answer, challenge
from tests.identity.letters import post


@pytest.fixture
def named(make_test_app):
    """An application under a name, as keys need; 127.0.0.1 has none."""
    app = make_test_app(public_url="http://localhost")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app


@pytest.fixture
def client(named):
    return named.test_client()


@pytest.fixture
def moderator(client):
    person = make_person(email="mod@asso.example", roles=(Role.MODERATOR,))
    sign_in(client, person, second_factor=False)
    return person


def kept():
    db.session.expire_all()
    return db.session.scalars(sa.select(SecondFactor).order_by(SecondFactor.id)).all()


def refuse(client, signed):
    """The answer is refused with the one sentence, and the door stays closed."""
    refused = answer(client, signed=signed)
    assert refused.status_code == 422
    assert "Cela ne convient pas." in refused.text
    assert client.get("/moderation").status_code == 303


def enrolled(client, person, key=None):
    """A person with a key, in a new session that has not given it."""
    key = add_key(client, key)
    sign_in(client, person, second_factor=False)
    return key


def test_a_key_is_enrolled_under_a_name_and_opens_the_door_from_then_on(client, moderator):
    asked = client.post(f"{KEY}/demande")
    options = asked.get_json()
    assert asked.headers["Cache-Control"] == "no-store"
    assert options["rp"]["id"] == "localhost"
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["authenticatorSelection"]["residentKey"] == "discouraged"
    key = enrolled(client, moderator)
    assert [each.name for each in kept()] == ["Clé bleue"]
    assert "Utiliser ma clé" in client.get(QUESTION).text
    assert answer(client, signed=key.sign(challenge(client))).status_code == 303
    assert client.get("/moderation").status_code == 200
    assert kept()[0].sign_count == 1


def test_several_keys_are_offered_and_each_opens(client, moderator):
    keys = [add_key(client, name=name) for name in ("Ordinateur", "Téléphone")]
    for key in keys:
        sign_in(client, moderator, second_factor=False)
        asked = client.post(f"{QUESTION}/cle").get_json()
        assert len(asked["allowCredentials"]) == 2
        assert answer(client, signed=key.sign(asked["challenge"])).status_code == 303


def test_a_known_key_is_not_enrolled_again(client, moderator):
    key = add_key(client)
    asked = client.post(f"{KEY}/demande").get_json()
    assert len(asked["excludeCredentials"]) == 1
    again = client.post(KEY, data={"name": "La même", "answer": key.make(asked["challenge"])})
    assert again.status_code == 422
    assert "déjà enregistrée" in again.text
    assert "La même" in again.text
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://localhost.example"},
        {"origin": "http://localhost:8080"},
        {"host": "localhost.example"},
        {"flags": VERIFIED},
    ],
    ids=["origin", "port", "host", "nobody-there"],
)
def test_a_key_made_elsewhere_is_not_enrolled(client, moderator, forged):
    asked = client.post(f"{KEY}/demande").get_json()["challenge"]
    refused = client.post(KEY, data={"name": "Clé", "answer": Key(**forged).make(asked)})
    assert refused.status_code == 422
    assert "n’a pas pu être enregistrée" in refused.text
    assert kept() == []


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://localhost.example"},
        {"origin": "http://localhost:8080"},
        {"host": "localhost.example"},
        {"flags": VERIFIED},
    ],
    ids=["origin", "port", "host", "nobody-there"],
)
def test_a_signature_made_elsewhere_opens_nothing(client, moderator, forged):
    key = enrolled(client, moderator)
    for name, value in forged.items():
        setattr(key, name, value)
    refuse(client, key.sign(challenge(client)))


def test_user_verification_is_preferred_not_demanded(client, moderator):
    key = enrolled(client, moderator, Key(flags=PRESENT))
    assert answer(client, signed=key.sign(challenge(client))).status_code == 303


def test_a_challenge_serves_once(client, moderator):
    key = enrolled(client, moderator)
    asked = challenge(client)
    assert answer(client, signed=key.sign(asked)).status_code == 303
    assert answer(client, signed=key.sign(asked)).status_code == 422


def test_a_challenge_that_failed_has_served_too(client, moderator):
    key = enrolled(client, moderator)
    asked = challenge(client)
    refuse(client, Key(credential=key.credential).sign(asked))
    refuse(client, key.sign(asked))


def test_a_challenge_that_nobody_asked_is_refused(client, moderator):
    key = enrolled(client, moderator)
    refuse(client, key.sign("AAAAAAAAAAAAAAAAAAAAAA"))
    challenge(client)
    refuse(client, key.sign("AAAAAAAAAAAAAAAAAAAAAA"))


def test_the_later_of_two_challenges_holds(client, moderator):
    key = enrolled(client, moderator)
    first, second = challenge(client), challenge(client)
    assert first != second
    refuse(client, key.sign(first))


def test_a_challenge_asked_in_another_browser_is_refused(named, client, moderator):
    key = enrolled(client, moderator)
    other = named.test_client()
    sign_in(other, moderator, second_factor=False)
    refuse(client, key.sign(challenge(other)))


def test_a_challenge_to_add_a_key_does_not_serve_to_prove(client, moderator):
    key = add_key(client)
    asked = client.post(f"{KEY}/demande").get_json()["challenge"]
    assert answer(client, signed=key.sign(asked)).status_code == 422


def test_a_challenge_waits_five_minutes(client, moderator):
    key = enrolled(client, moderator)
    asked = challenge(client)
    with time_machine.travel(now() + CHALLENGE_LASTS + timedelta(seconds=1)):
        refuse(client, key.sign(asked))


def test_the_answer_of_another_ceremony_is_refused(client, moderator):
    key = enrolled(client, moderator)
    refuse(client, key.sign(challenge(client), kind="webauthn.create"))


def test_the_key_of_another_person_opens_nothing(named, client, moderator):
    other = named.test_client()
    sign_in(other, make_person(roles=(Role.OFFICER,)), second_factor=False)
    theirs = add_key(other)
    enrolled(client, moderator)
    refuse(client, theirs.sign(challenge(client)))


def test_another_key_under_the_same_identifier_is_refused(client, moderator):
    key = enrolled(client, moderator)
    refuse(client, Key(credential=key.credential).sign(challenge(client)))


def test_a_key_that_counts_backwards_does_not_open_and_its_owner_is_told(client, moderator):
    key = enrolled(client, moderator)
    copy = Key(credential=key.credential, private=key.private, count=0)
    for _each in range(3):
        assert answer(client, signed=key.sign(challenge(client))).status_code == 303
    sign_in(client, moderator, second_factor=False)
    refuse(client, copy.sign(challenge(client)))
    assert db.session.scalars(sa.select(JournalEntry.verb)).all()[-1] == "factor.suspected"
    letter = post()[-1]
    assert letter.subject == "Votre clé a répondu d’une façon anormale"
    assert "Clé bleue" in letter.body
    assert answer(client, signed=key.sign(challenge(client))).status_code == 303


def test_a_device_that_does_not_count_is_accepted(client, moderator):
    key = enrolled(client, moderator, Key(counts=False))
    for _each in range(2):
        assert answer(client, signed=key.sign(challenge(client))).status_code == 303


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[]",
        "null",
        "0",
        '"text"',
        "{}",
        json.dumps({"id": 1}),
        json.dumps({"id": "a\x00b"}),
        "[" * 15_000,
        "x" * 20_000,
    ],
    ids=["broken", "list", "null", "number", "text", "empty", "numbers", "nul", "deep", "long"],
)
def test_what_no_key_would_answer_is_refused(client, moderator, sent):
    enrolled(client, moderator)
    challenge(client)
    refuse(client, sent)
    assert client.post(f"{KEY}/demande").status_code == 403
    assert client.post(KEY, data={"name": "Clé", "answer": sent}).status_code == 403
    assert len(kept()) == 1


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_an_answer_with_a_part_altered_or_missing_is_refused(client, moderator, part):
    key = enrolled(client, moderator)
    for value in ("", "AAAA", "é", None):
        sent = json.loads(key.sign(challenge(client)))
        sent["response"][part] = value
        refuse(client, json.dumps(sent))


def test_a_key_needs_a_name(client, moderator):
    asked = client.post(f"{KEY}/demande").get_json()["challenge"]
    assert client.post(KEY, data={"name": "  ", "answer": Key().make(asked)}).status_code == 422
    assert client.post(KEY, data={"name": "\u200b", "answer": Key().make(asked)}).status_code == 422
    assert kept() == []


def test_without_a_key_nothing_is_asked_to_be_signed(client, moderator):
    assert client.post(f"{QUESTION}/cle").status_code == 404
    add_application(client)
    assert client.post(f"{QUESTION}/cle").status_code == 404
    assert "Utiliser ma clé" not in client.get(QUESTION).text


def test_an_address_without_a_name_takes_applications_alone(app):
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    sign_in(client, make_person(roles=(Role.MODERATOR,)), second_factor=False)
    assert "Pas à cette adresse" in client.get(FACTORS).text
    assert "Pas à cette adresse" in client.get(KEY).text
    assert client.post(f"{KEY}/demande").status_code == 404


@pytest.mark.parametrize(
    ("address", "host", "origin", "takes"),
    [
        ("https://Budget.Region.example", "budget.region.example", "https://budget.region.example", True),
        ("https://budget.example:443/", "budget.example", "https://budget.example", True),
        ("https://budget.example:8443", "budget.example", "https://budget.example:8443", True),
        ("http://budget.example", "budget.example", "http://budget.example", False),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000", False),
        ("https://[::1]", "::1", "https://[::1]", False),
    ],
)
def test_keys_are_bound_to_the_public_address(address, host, origin, takes):
    site = site_of(address, "Budget")
    assert (site.host, site.origin, site.takes_keys) == (host, origin, takes)
