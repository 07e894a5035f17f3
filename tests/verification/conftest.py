"""Bundles made once for the whole run: a small one to alter, and one of each kind of ballot."""

import pytest

from tests.verification.making import KINDS, World, rulebook


@pytest.fixture(scope="session")
def world() -> World:
    return World(rulebook("approval"), voters=24)


@pytest.fixture(scope="session")
def files(world) -> dict[str, bytes]:
    return world.files()


@pytest.fixture(scope="session")
def each_kind() -> dict[str, dict[str, bytes]]:
    return {kind: World(rulebook(kind)).files() for kind in KINDS}
