"""What people do with their second factors, as tests do it through the pages."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp
from flask.testing import FlaskClient

from participatory.core.clock import now
from tests.identity.authenticator import Key

FACTORS = "/mon-compte/double-verification"
APPLICATION = f"{FACTORS}/application"
KEY = f"{FACTORS}/cle"
CODES = f"{FACTORS}/codes"
QUESTION = "/connexion/deuxieme-facteur"


def code(seed: str, moment: datetime | None = None) -> str:
    """What an application that holds the seed shows at this instant."""
    return pyotp.TOTP(seed).at(moment or now())


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page).group()
    return re.search(r'value="([^"]*)"', tag).group(1)


def seed_shown(page: str) -> str:
    """The seed that the page of a new application shows in groups."""
    groups = re.search(r'id="cle">(.*?)</p>', page, re.DOTALL).group(1)
    return "".join(re.findall(r"<span>(\w+)</span>", groups))


def add_application(client: FlaskClient, name: str = "Mon téléphone") -> str:
    """Enrol an application and give its seed."""
    page = client.get(APPLICATION).text
    seed = seed_shown(page)
    sent = {"seed": hidden(page, "seed"), "code": code(seed), "name": name}
    answer = client.post(APPLICATION, data=sent)
    assert answer.status_code == 303, answer.text
    return seed


def recovery_codes(client: FlaskClient) -> list[str]:
    """Read the recovery codes on the page that shows them once."""
    return re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", client.get(CODES).text)


def add_key(client: FlaskClient, key: Key | None = None, name: str = "Clé bleue") -> Key:
    """Enrol a key and give it."""
    key = key or Key()
    challenge = client.post(f"{KEY}/demande").get_json()["challenge"]
    answer = client.post(KEY, data={"name": name, "answer": key.make(challenge)})
    assert answer.status_code == 303, answer.text
    return key


def challenge(client: FlaskClient) -> str:
    """Ask what a key must sign."""
    return client.post(f"{QUESTION}/cle").get_json()["challenge"]


def answer(client: FlaskClient, typed: str = "", signed: str = "", then: str = ""):
    """Answer the question of the second factor."""
    sent = {"second_factor_code": typed, "second_factor_answer": signed, "next": then}
    return client.post(QUESTION, data=sent)
