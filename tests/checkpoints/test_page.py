"""The public page of the journal, and the role of those who receive its checkpoints."""

import pytest

from participatory.checkpoints.jobs import sign_and_tell
from participatory.checkpoints.queries import checkpoints_upto, fault_of
from participatory.checkpoints.rules import read
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.identity.granting import grant_to
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.identity.rules import Role
from tests.factories import make_association, make_person, make_round, sign_in
from tests.journal.chains import write_new


def test_the_page_explains_itself_before_the_first_checkpoint(client):
    page = client.get("/journal")
    assert page.status_code == 200
    assert "Aucun point de contrôle" in page.text
    assert client.get("/journal/points-de-controle.json").json == {"checkpoints": []}


def test_the_page_shows_the_last_checkpoints_and_the_key(client):
    write_new(1)
    made, _told = sign_and_tell()
    page = client.get("/journal").text
    assert made.digest in page
    assert made.public_key in page
    assert "/journal" in client.get("/").text


def test_all_checkpoints_can_be_taken_away_and_read_again(client):
    for _turn in range(3):
        write_new(1)
        sign_and_tell()
    kept = read(client.get("/journal/points-de-controle.json").data)
    assert kept == checkpoints_upto(99)
    assert [fault_of(each) for each in kept] == [None] * 3


def test_an_observer_is_named_for_an_association_or_without_a_limit(app):
    association = make_association()
    for scope in (None, Scope(ScopeKind.ASSOCIATION, association.slug)):
        person = make_person()
        with transaction():
            grant_to(person, Role.OBSERVER, scope, None, now())
        assert person.may(Permission.RECEIVE_CHECKPOINTS)
    other = make_round().scope
    with pytest.raises(Refusal) as caught, transaction():
        grant_to(person, Role.OBSERVER, other, None, now())
    assert "L’observation" in caught.value.message


def test_an_observer_opens_no_page_of_the_staff(client):
    sign_in(client, make_person(roles=(Role.OBSERVER,)))
    for page in ("/gestion", "/gestion/roles", "/moderation", "/gestion/qui-peut-quoi"):
        assert client.get(page).status_code == 403, page


def test_the_administration_gives_the_role_on_its_page(client):
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    page = client.get("/gestion/roles?email=vigie%40asso.example").text
    assert "Observation du vote" in page
    sent = {"email": "vigie@asso.example", "role": "observer"}
    assert client.post("/gestion/roles/donner", data=sent).status_code == 303
    assert "Recevoir chaque heure" in client.get("/gestion/qui-peut-quoi").text
