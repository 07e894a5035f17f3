"""Figures of rounds that other packages count: they offer them, the pages of rounds show them.

Rounds stand below proposals, rolls and votes and cannot ask them; each package that
counts something offers a function, which is asked once for all the rounds of a page.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from participatory.rounds.models import Round

_PUBLIC, _STAFF = "round_figures", "round_staff_figures"


@dataclass(frozen=True)
class Figure:
    """A count and what it counts, in the page's language; `url` leads to the things counted."""

    value: int
    label: str
    url: str = ""


# Given the rounds of a page and the instant (UTC), the figures of each by the round's `id`.
Source = Callable[[Sequence[Round], datetime], Mapping[int, Sequence[Figure]]]


def offer_figures(app: Flask, source: Source, *, staff: bool = False) -> None:
    """Add a source of figures: for everybody, or for those who conduct the rounds."""
    app.extensions.setdefault(_STAFF if staff else _PUBLIC, []).append(source)


def figures_of(rounds: Sequence[Round], now: datetime, *, staff: bool = False) -> dict[int, list[Figure]]:
    """The figures of each round by its `id`; a fixed number of queries whatever the number of rounds."""
    found: dict[int, list[Figure]] = defaultdict(list)
    for source in current_app.extensions.get(_STAFF if staff else _PUBLIC, []):
        for round_id, figures in source(rounds, now).items():
            found[round_id].extend(figures)
    return found
