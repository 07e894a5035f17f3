"""Parts of the pages of rounds that other packages write: they offer them, the pages of rounds show them.

Rounds stand below ceremonies, votes and counts and cannot ask them; each package that has something to say of a
round offers a function, which is asked once for all the rounds of a page.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import Flask, current_app

from participatory.rounds.models import Round

_OFFERED = "round_panels"


class Place(StrEnum):
    """The pages that take panels: the list and the page of those who conduct a round, its public page, its rulebook."""

    STAFF_LIST = "staff_list"
    STAFF = "staff"
    PUBLIC = "public"
    RULEBOOK = "rulebook"


@dataclass(frozen=True)
class Panel:
    """A template and what it needs beside `round`: it finds these values in `panel.values`."""

    template: str
    values: Mapping[str, object]


# Given the rounds of a page and the instant (UTC), the panel of each that has one, by the round's `id`.
Source = Callable[[Sequence[Round], datetime], Mapping[int, Panel]]


def offer_panels(app: Flask, place: Place, source: Source) -> None:
    """Add a source of panels to one kind of page."""
    app.extensions.setdefault(_OFFERED, defaultdict(list))[place].append(source)


def panels_of(rounds: Sequence[Round], place: Place, now: datetime) -> dict[int, list[Panel]]:
    """The panels of each round by its `id`, in the order in which packages offered them."""
    found: dict[int, list[Panel]] = defaultdict(list)
    for source in current_app.extensions.get(_OFFERED, {}).get(place, []):
        for round_id, panel in source(rounds, now).items():
            found[round_id].append(panel)
    return found
