"""A project that leaves while people are voting: their pages, their baskets, their ballots."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.appraisal.models import Interest
from participatory.ballots.models import Envelope, VoteOpening
from participatory.ballots.opening import open_vote
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.rules import Role
from participatory.proposals.linked import LinkKind, ProjectLink, ProjectLinkMember
from participatory.proposals.models import Proposal
from participatory.removals.actions import remove
from tests.ballots.conftest import World, build, opened
from tests.ballots.test_booth import add, count, form_of, hidden, page
from tests.factories import make_person, sign_in

REASON = "Le toit du bâtiment s’est effondré dans la nuit."


@pytest.fixture
def world(app: Flask) -> World:
    with app.test_request_context():
        made = build()
        with transaction():
            open_vote(made.round, now())
    return made


def take_out(app: Flask, project: Proposal) -> None:
    with app.test_request_context():
        officer = make_person(roles=(Role.OFFICER,))
        with transaction():
            remove(project.public_id, REASON, officer, now(), link="")


def sealed(client: FlaskClient, world: World) -> dict[str, str]:
    """What the page of the sealed ballot posts, with what it showed."""
    form = form_of(page(client, world, "verifier"))
    text = client.post(world.address("sceller"), data=form).text
    shown = re.findall(r'name="shown" value="([0-9a-f]{16})"', text)
    return hidden(text) | {"shown": shown[0]}


def test_a_basket_that_holds_it_says_so_and_drops_it(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(client, world.person)
    for project in world.projects[:2]:
        add(client, world, project)
    form = form_of(page(client, world, "verifier"))
    take_out(app, world.projects[0])
    text = page(client, world, "verifier")
    assert "ne compte plus dans votre panier" in text
    assert form_of(text)["choice"] == [f"main:{world.ids[1]}:1"]
    assert REASON in page(client, world)
    assert f'id="projet-{world.ids[0]}"' not in page(client, world)
    assert client.post(world.address("sceller"), data=form).status_code == 422
    assert add(client, world, world.projects[0]).status_code in {404, 409}


def test_an_envelope_sealed_before_is_refused_with_a_sentence(app: Flask, client: FlaskClient, world: World) -> None:
    """The server cannot read it: it knows the page, and asks everybody who was at that step to look again."""
    sign_in(client, world.person)
    for project in world.projects[:2]:
        add(client, world, project)
    before = sealed(client, world)
    take_out(app, world.projects[0])
    refused = client.post(world.urn("deposer"), data=before)
    assert refused.status_code == 409
    assert "a été retiré du vote pendant que vous vérifiiez votre bulletin" in refused.text
    assert count(Envelope) == 0
    assert client.post(world.urn("deposer"), data=sealed(client, world)).status_code == 303
    envelope = db.session.scalars(db.select(Envelope)).one()
    assert opened(world, envelope.ciphertext) == {"main": ((world.ids[1], 1),)}


def test_pressing_twice_around_a_removal_gives_the_receipt_again(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(client, world.person)
    add(client, world, world.projects[0])
    form = sealed(client, world)
    assert client.post(world.urn("deposer"), data=form).status_code == 303
    take_out(app, world.projects[0])
    assert client.post(world.urn("deposer"), data=form).status_code == 303
    assert count(Envelope) == 1


def test_a_project_that_needs_it_leaves_the_booth_with_it(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        world, declarer = build(), make_person()
        with transaction():
            link = ProjectLink(
                round_id=world.round.id,
                kind_code=LinkKind.REQUIRES.value,
                reason="La même salle.",
                declared_by_id=declarer.id,
                declared_at=now(),
            )
            pair = (world.projects[1], world.projects[0])
            link.members = [ProjectLinkMember(proposal_id=each.id, position=place) for place, each in enumerate(pair)]
            db.session.add(link)
        with transaction():
            open_vote(world.round, now())
        assert db.session.get(VoteOpening, world.round.id).links
    sign_in(client, world.person)
    assert all(f'id="projet-{each}"' in page(client, world) for each in world.ids)
    take_out(app, world.projects[0])
    text = page(client, world)
    assert [f'id="projet-{each}"' in text for each in world.ids] == [False, False, True, True]
    form = {"choice": [f"main:{world.ids[1]}:1"]}
    assert client.post(world.address("sceller"), data=form).status_code == 422


def test_an_interest_that_was_declared_keeps_an_officer_out(app: Flask, world: World) -> None:
    with app.test_request_context():
        officer = make_person(roles=(Role.OFFICER,))
        with transaction():
            project = world.projects[0]
            db.session.add(
                Interest(
                    proposal_id=project.id, person_id=officer.id, reason="Mon frère y travaille.", declared_at=now()
                )
            )
        with pytest.raises(Refusal) as caught, transaction():
            remove(project.public_id, REASON, officer, now(), link="")
        assert caught.value.kind is Kind.FORBIDDEN
