import os
from pathlib import Path

import pytest
from hypothesis import settings

# On a machine shared with other work a single example may wait for a processor; that is no fault of the count.
# `make oracle` asks for thousands of examples.
settings.register_profile("tally", deadline=None, max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "100")))
settings.load_profile("tally")


@pytest.fixture
def elections_folder() -> Path:
    return Path(__file__).parent / "elections"
