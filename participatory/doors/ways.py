"""The ways in that packages above this one add to an establishment's page: a printed code, for instance."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from participatory.territories.models import Establishment

_EXTENSION = "ways_in"


@dataclass(frozen=True)
class WayIn:
    """One more way: `label` and `hint` are French catalogue keys, `url` where it leads, `icon` a name of the icons."""

    label: str
    hint: str
    url: str
    icon: str = "key-round"


Finder = Callable[[Establishment, str], WayIn | None]


def offer_way(app: Flask, finder: Finder) -> None:
    """Have `finder(establishment, next_path)` asked for its way in, None when it has none there."""
    app.extensions.setdefault(_EXTENSION, []).append(finder)


def ways_in(establishment: Establishment, next_path: str) -> list[WayIn]:
    """The ways that other packages offer to the students of an establishment."""
    finders: list[Finder] = current_app.extensions.get(_EXTENSION, [])
    found = [finder(establishment, next_path) for finder in finders]
    return [way for way in found if way is not None]
