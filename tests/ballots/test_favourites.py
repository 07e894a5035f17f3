"""What was marked while browsing is found again in the booth; that a basket was begun is noted, and nothing more."""

from __future__ import annotations

import sqlalchemy as sa

from participatory.ballots.models import BasketBegun
from participatory.core.clock import now, paris
from participatory.core.database import db


def mark(client, project):
    client.post(f"/projets/{project.slug}/favori")


def test_the_booth_brings_the_marked_projects(voter_client, world):
    assert "Vous aviez marqué" not in voter_client.get(world.address()).text
    mark(voter_client, world.projects[1])
    page = voter_client.get(world.address()).text
    assert "Vous aviez marqué 1 projet" in page
    found = voter_client.get(world.address() + "?favoris=1").text
    assert f'id="projet-{world.projects[1].public_id}"' in found
    assert f'id="projet-{world.projects[0].public_id}"' not in found


def test_a_basket_begun_leaves_the_day_and_nothing_else(voter_client, world):
    for project in world.projects[:2]:
        voter_client.post(f"{world.address('panier')}/{project.public_id}", data={"act": "add"})
    (begun,) = db.session.execute(sa.select(BasketBegun.__table__)).all()
    assert begun == (world.round.id, world.person.id, paris(now()).date())


def test_looking_at_the_booth_begins_no_basket(voter_client, world):
    voter_client.get(world.address())
    voter_client.post(f"{world.address('panier')}/{world.ids[0]}", data={"act": "remove"})
    assert db.session.scalars(sa.select(BasketBegun)).all() == []
