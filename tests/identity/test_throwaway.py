"""Throwaway mailboxes open no account, and asking for a letter says nothing about anybody."""

import re

import pytest
import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.identity.throwaway import is_throwaway
from tests.factories import add_voter, make_person, make_round
from tests.identity.letters import ask, post

SHORT_LIVED = "camille@yopmail.com"


def people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


@pytest.mark.parametrize(
    ("email", "refused"),
    [
        (SHORT_LIVED, True),
        ("camille@boite.yopmail.com", True),
        ("camille@notyopmail.com.example", False),
        ("camille@univ-tlse3.fr", False),
        ("camille@gmail.com", False),
        ("camille@com", False),
    ],
)
def test_a_domain_counts_with_what_is_below_it(email, refused):
    assert is_throwaway(email) is refused


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_throwaway_mailbox_gets_its_letter_and_no_account(client, way):
    page = ask(client, SHORT_LIVED)
    letter = post()[-1]
    answer = client.post(page, data={"code": letter.code}) if way == "code" else client.post(letter.path)
    assert answer.status_code == 422
    assert "boîtes jetables" in answer.text
    assert client.get("/mon-compte").status_code == 303
    assert people() == 0


def test_it_is_taken_when_a_roll_names_it(client):
    person = make_person(email=SHORT_LIVED)
    add_voter(make_round(), person)
    # The roll was imported; the person has never come.
    db.session.delete(person)
    db.session.commit()
    assert client.post(ask(client, SHORT_LIVED), data={"code": post()[-1].code}).status_code == 303
    assert people() == 1


def test_an_account_that_exists_stays_open(client):
    make_person(email=SHORT_LIVED)
    assert client.post(ask(client, SHORT_LIVED), data={"code": post()[-1].code}).status_code == 303


def test_known_unknown_and_throwaway_addresses_get_the_same_answer_for_the_same_work(client, count_queries):
    make_person(email="connue@etu.exemple.example")
    staff = make_person(email="agente@etu.exemple.example")
    add_voter(make_round(), staff)
    seen = []
    for email in (
        "connue@etu.exemple.example",
        "agente@etu.exemple.example",
        "jamais@etu.exemple.example",
        SHORT_LIVED,
    ):
        with count_queries() as found:
            answer = client.post("/connexion", data={"email": email})
        page = client.get(answer.location)
        seen.append(
            (
                answer.status_code,
                re.sub(r"[^/]+$", "", answer.location),
                found.statements,
                sorted(answer.headers.keys()),
                re.sub(r"/connexion/code/[^/?\"&]+", "", page.text.replace(email, "")).replace(
                    email.replace("@", "%40"), ""
                ),
            )
        )
        with client.session_transaction() as session:
            session.clear()
    for other in seen[1:]:
        assert other[:4] == seen[0][:4]
        assert _without_times(other[4]) == _without_times(seen[0][4])
    assert len(post()) == 4


def _without_times(html: str) -> str:
    return re.sub(r"<time.*?</time>|value=\"[^\"]*\"|20\d\d-[-\d:.+T]+", "", html)


def test_a_wrong_code_costs_the_same_for_a_known_and_an_unknown_address(client, count_queries):
    make_person(email="connue@etu.exemple.example")
    seen = []
    for email in ("connue@etu.exemple.example", "jamais@etu.exemple.example"):
        page = ask(client, email)
        with count_queries() as found:
            answer = client.post(page, data={"code": "AAAAA-AAAAA"})
        seen.append((answer.status_code, found.statements))
    assert seen[0] == seen[1]
