"""The fictional people and projects of the demonstration, read from `content/`."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

Story = dict[str, Any]


@cache
def stories(name: str) -> tuple[Story, ...]:
    """The entries of one file of `content/`, named without its extension."""
    text = files("participatory.demo").joinpath(f"content/{name}.json").read_text("utf-8")
    return tuple(json.loads(text))


def election_file() -> bytes:
    """The real election that the demonstration shows as a past edition."""
    return files("participatory.demo").joinpath("content/elections/poland_lodz_2020_nad-nerem.pb").read_bytes()
