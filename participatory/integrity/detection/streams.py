"""Events that belong together, one after the other: streams, and windows of so many consecutive events. Pure.

A stream is all that happened under one key (a network and a client, a site…), in the order of time. Families slide
windows along streams; each costs a time proportional to the number of events.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from participatory.integrity.events import UNKNOWN, Codes, Events, Numbers

# What a set of events looks like: positions in `Events`, in the order of time.
Members = Codes


@dataclass(frozen=True)
class Stream:
    """Positions of events, sorted by key then by instant, and the key of each; events without a key are left out."""

    order: Codes
    key: Codes

    def windows(self, width: int, step: int) -> Codes:
        """Where windows of `width` consecutive events of one key start, every `step`, the last of each key included."""
        size = len(self.order)
        if size < width:
            return np.empty(0, dtype=np.int64)
        begins = np.zeros(size - width + 1, dtype=bool)
        begins[::step] = True
        last = np.append(np.flatnonzero(self.key[1:] != self.key[:-1]), size - 1) - width + 1
        begins[last[last >= 0]] = True
        starts = np.flatnonzero(begins)
        found: Codes = starts[self.key[starts] == self.key[starts + width - 1]]
        return found


def streams(events: Events, columns: Iterable[Codes], instants: Numbers, among: np.ndarray | None = None) -> Stream:
    """The stream of events whose `columns` are all known, sorted by `instants`; `among` keeps some of them."""
    known = np.ones(len(events), dtype=bool) if among is None else among.copy()
    key = np.zeros(len(events), dtype=np.int64)
    for column in columns:
        known &= column != UNKNOWN
        key = key * (int(column.max(initial=0)) + 2) + column
    places = np.flatnonzero(known)
    order = places[np.lexsort((instants[places], key[places]))]
    return Stream(order, key[order])


def counted(key: Codes) -> Codes:
    """How many events share the key of each; 0 for those without a key."""
    held = key != UNKNOWN
    sizes = np.bincount(key[held], minlength=1)
    found: Codes = np.where(held, sizes[np.maximum(key, 0) % len(sizes)], 0)
    return found


def joined(*columns: Codes) -> Codes:
    """One code for each combination of codes, -1 where one of them is unknown; numbered from 0."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    known = np.ones(len(key), dtype=bool)
    for column in columns:
        known &= column != UNKNOWN
        key = key * (int(column.max(initial=0)) + 2) + np.maximum(column, 0)
    numbers = np.full(len(key), UNKNOWN, dtype=np.int64)
    if known.any():
        numbers[known] = np.unique(key[known], return_inverse=True)[1]
    return numbers


def sets_of(key: Codes, smallest: int) -> Iterator[Members]:
    """The events of each key that has at least `smallest`, in the order of time."""
    held = np.flatnonzero(key != UNKNOWN)
    order = held[np.argsort(key[held], kind="stable")]
    if not len(order):
        return
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    for members in np.split(order, cuts):
        if len(members) >= smallest:
            yield members
