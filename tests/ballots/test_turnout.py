"""How many have voted: by site without the small figures, and for officers alone until the result is published."""

from __future__ import annotations

from participatory.ballots.policy import can_see_turnout
from participatory.ballots.queries import turnout
from participatory.identity.rules import Role
from tests.ballots.conftest import deposit
from tests.factories import add_voter, make_person


def test_turnout_hides_sites_of_a_few_people(world):
    for number in range(12):
        person = make_person()
        add_voter(world.round, person, site_slug="montpellier")
        if number < 2:
            deposit(world, world.ids[:1], person=person)
    found = turnout(world.round)
    assert (found.voters, found.signatures) == (13, 2)
    assert {cell.name: cell.signatures for cell in found.by_site} == {"Montpellier": None, "Toulouse": None}


def test_turnout_is_for_officers_until_the_result_is_published(world):
    officer = make_person(roles=(Role.OFFICER,))
    assert can_see_turnout(officer, world.round, published=False) is None
    assert can_see_turnout(None, world.round, published=True) is None
    for other in (None, make_person(), make_person(roles=(Role.MODERATOR,))):
        assert can_see_turnout(other, world.round, published=False) is not None
