from pathlib import Path

import pytest
from hypothesis import settings

# On a machine shared with other work a single example may wait for a processor; that is no fault of the count.
settings.register_profile("tally", deadline=None)
settings.load_profile("tally")


@pytest.fixture
def elections_folder() -> Path:
    return Path(__file__).parent / "elections"
