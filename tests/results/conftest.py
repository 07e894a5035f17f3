import pytest
from flask import Flask

from tests.results.making import World, bring_out, count, voted_round


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
