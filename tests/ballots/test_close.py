"""Closing the vote: by an officer, after its time, once, when the figures agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.actions import close_vote
from participatory.ballots.models import Ballot
from participatory.ballots.policy import can_see_turnout
from participatory.ballots.queries import ballots_for_count, closing_of, turnout
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rounds.rules import Phase
from tests.ballots.conftest import deposit
from tests.factories import add_voter, make_person, move_round


@pytest.fixture
def officer(app):
    return make_person(roles=(Role.OFFICER,))


def close(world, person, moment):
    with transaction():
        return close_vote(world.round, person, moment)


def test_closing_reconciles_and_is_journalled(world, officer):
    deposit(world, world.ids[:1])
    closing = close(world, officer, world.round.control_at)
    assert (closing.signatures, closing.ballots) == (1, 1)
    assert closing_of(world.round) is not None
    entry = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert entry.verb == "vote.closed"
    assert entry.actor == officer.public_id


def test_nobody_closes_before_the_vote_is_over(world, officer):
    with pytest.raises(Refusal):
        close(world, officer, world.round.control_at - timedelta(microseconds=1))
    assert closing_of(world.round) is None


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_closing_late_is_possible(world, officer, phase):
    move_round(world.round, phase)
    assert close(world, officer, world.round.calendar.starts(phase))


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.ADMINISTRATOR,)])
def test_only_officers_close(world, roles):
    with pytest.raises(Refusal) as caught:
        close(world, make_person(roles=roles), world.round.control_at)
    assert caught.value.kind is Kind.FORBIDDEN


def test_a_vote_is_closed_once(world, officer):
    close(world, officer, world.round.control_at)
    with pytest.raises(Refusal):
        close(world, officer, world.round.control_at)


def test_figures_that_differ_are_given_and_nothing_is_closed(world, officer):
    deposit(world, world.ids[:1])
    with transaction():
        db.session.execute(sa.delete(Ballot))
    with pytest.raises(Refusal) as caught:
        close(world, officer, world.round.control_at)
    assert "1 signatures" in str(caught.value)
    assert "0 bulletins" in str(caught.value)
    assert closing_of(world.round) is None


def test_the_count_reads_documents_alone_and_in_an_order_of_its_own(world, count_queries):
    people = [make_person() for _ in range(4)]
    for number, person in enumerate(people):
        add_voter(world.round, person)
        deposit(world, [world.ids[number]], person=person)
    with count_queries() as counted:
        found = ballots_for_count(world.round)
    assert found == sorted(found)
    (statement,) = [each for each in counted.statements if "ballot" in each]
    assert "slot" not in statement
    assert "receipt" not in statement


def test_turnout_hides_sites_of_a_few_people(world):
    for number in range(12):
        person = make_person()
        add_voter(world.round, person, site_slug="montpellier")
        if number < 2:
            deposit(world, world.ids[:1], person=person)
    found = turnout(world.round)
    assert (found.voters, found.signatures) == (13, 2)
    assert {cell.name: cell.signatures for cell in found.by_site} == {"Montpellier": None, "Toulouse": None}


def test_turnout_is_for_officers_until_the_result_is_published(world, officer):
    assert can_see_turnout(officer, world.round, published=False) is None
    assert can_see_turnout(None, world.round, published=True) is None
    for other in (None, make_person(), make_person(roles=(Role.MODERATOR,))):
        assert can_see_turnout(other, world.round, published=False) is not None
