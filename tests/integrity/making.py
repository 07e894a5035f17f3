"""Small crowds for the tests of detection: everything is said by the test but what does not matter to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np

from participatory.integrity.events import Event, Events
from participatory.integrity.rules import NetworkKind

MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
_NUMBERS = count()


def vote(seconds_in: float, **known: object) -> Event:
    """A vote cast so many seconds after Monday, 9:00 UTC."""
    number = next(_NUMBERS)
    values: dict[str, object] = {
        "id": f"e{number:06d}",
        "at": MONDAY + timedelta(seconds=seconds_in),
        "person": f"p{number}",
        "site": "toulouse",
        "rank": None,
        "network": f"home-{number}",
        "network_kind": NetworkKind.HOME,
        "device": f"d{number}",
        "client": "Firefox · Linux",
        "seconds": 90.0,
        "stand": "",
    }
    return Event(**(values | known))  # type: ignore[arg-type]


def crowd(size: int, days: int = 10, *, seed: int = 1) -> list[Event]:
    """Honest people at home, all day, with their own devices and a usual time in the booth."""
    rng = np.random.default_rng(seed)
    hours = rng.integers(0, days, size) * 24 + rng.uniform(-2, 12, size)
    stays = np.exp(rng.normal(np.log(90), 0.7, size))
    clients = rng.choice(["Chrome · Windows", "Chrome · Android", "Safari · iOS", "Firefox · Linux"], size)
    sites, ranks = rng.integers(0, 6, size), rng.integers(0, 4000, size)
    return [
        vote(float(hour) * 3600, seconds=float(stay), client=str(client), site=f"site-{site}", rank=int(rank))
        for hour, stay, client, site, rank in zip(hours, stays, clients, sites, ranks, strict=True)
    ]


def events(*parts: Iterable[Event]) -> Events:
    """All these votes as columns."""
    return Events.of([each for part in parts for each in part])


def places(all_of_them: Events, some: Iterable[Event]) -> np.ndarray:
    """Where these votes stand among the columns."""
    wanted = {each.id for each in some}
    return np.array([place for place, name in enumerate(all_of_them.ids) if name in wanted])
