import pytest
from flask import Flask

from participatory.ballots.actions import close_vote
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.results.actions import compute, publish, record_count
from participatory.rounds.rules import Phase
from tests.factories import move_round
from tests.results.making import World, voted_round


@pytest.fixture
def control(app: Flask) -> World:
    """A round whose vote is over and not yet closed."""
    return voted_round()


@pytest.fixture
def counted(control: World) -> World:
    """Closed and counted, not published."""
    return count(control)


@pytest.fixture
def published(counted: World) -> World:
    """Published, in the results phase."""
    return bring_out(counted)


def count(world: World) -> World:
    with transaction():
        close_vote(world.round, world.officer, now())
    document = compute(world.round)
    with transaction():
        record_count(world.round, document, world.officer, now())
    return world


def bring_out(world: World) -> World:
    move_round(world.round, Phase.RESULTS)
    with transaction():
        publish(world.round, world.officer, now())
    return world
