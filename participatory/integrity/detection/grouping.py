"""From flagged events to cases: what a family holds together, or came the same way at the same time. Pure."""

from collections.abc import Iterable

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from participatory.integrity.detection.background import HOUR
from participatory.integrity.detection.streams import Members, Stream, joined, streams
from participatory.integrity.events import Codes, Events, Numbers
from participatory.integrity.rules import SHARED, NetworkKind, Parameters

# How long may lie between two flagged votes that came the same way, in seconds.
_SAME_NETWORK, _SAME_CLIENT, _SAME_PACE = 6 * HOUR, 2 * HOUR, HOUR // 4
# The share of honest people as fast as a machine.
_MACHINE = 0.02
# How many neighbours an event is compared with on each side, how many must be flagged and what part of those that are
# as fast, within this difference of logarithms.
_AROUND, _LEAST_AMID, _NEARLY_ALL, _AS_FAST = 8, 5, 0.7, 0.5
# How many flagged votes of one browser at one campus address, itself among them, must lie within an hour of each.
_COMPANY = 5


def completed(flagged: np.ndarray, groups: Iterable[Members], worth: np.ndarray) -> np.ndarray:
    """The flagged events, and those `worth` a look in groups of which half are flagged."""
    found = flagged.copy()
    for members in groups:
        if 2 * flagged[members].sum() >= len(members):
            found[members[worth[members]]] = True
    return found


def surrounded(events: Events, flagged: np.ndarray, away: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """The flagged events, and those `worth` a look that came the same way amid them, at the same time and as fast.

    Each event is compared with the flagged ones and with those that look like them, a few before and a few after.
    """
    found = flagged.copy()
    shared = np.isin(events.kind_code, [events.kind.index(kind) for kind in SHARED])
    hosted = events.kind_code == events.kind.index(NetworkKind.HOSTING)
    for columns, among in (
        ((events.network, events.client), away),
        ((events.network,), away & ~shared),
        ((events.client, events.kind_code), away & ~shared),
        ((events.kind_code,), away & hosted),
    ):
        stream = streams(events, columns, events.at, among)
        amid = stream.order[_amid(events, stream, flagged)]
        found[amid[worth[amid]]] = True
    return found


def accompanied(events: Events, flagged: np.ndarray, proved: np.ndarray, closer: np.ndarray) -> np.ndarray:
    """The flagged events without those of a campus that few others go with: nobody sets up a farm for three ballots.

    Behind one address of a campus thousands vote, and some of them look a little like a machine: in a lecture where
    everybody hurries, with a browser that is quick. Whoever sends many ballots from there sends several within the
    hour, and more than haste shows in one of them at least: that is what `closer` says. What is `proved` stays.
    """
    campus = events.kind_code == events.kind.index(NetworkKind.CAMPUS)
    stream = streams(events, (events.network, events.client), events.at, flagged & campus)
    begin, end = float(events.at.min()), float(events.at.max())
    # One axis for all the streams, each further from the next than an hour.
    instants = stream.key * (end - begin + 2 * HOUR) + events.at[stream.order] - begin
    first, last = (
        np.searchsorted(instants, instants - HOUR, "left"),
        np.searchsorted(instants, instants + HOUR, "right"),
    )
    before = np.append(0, np.cumsum(closer[stream.order]))
    alone = stream.order[(last - first < _COMPANY) | (before[last] == before[first])]
    found = flagged.copy()
    found[alone[~proved[alone]]] = False
    return found


def _amid(events: Events, stream: Stream, flagged: np.ndarray) -> Codes:
    order = stream.order
    core, pace = flagged[order], np.log(np.maximum(np.nan_to_num(events.seconds[order], nan=1e9), 1.0))
    alike = np.zeros(len(order))
    flags = np.zeros(len(order))
    for lag in (*range(-_AROUND, 0), *range(1, _AROUND + 1)):
        other = np.roll(np.arange(len(order)), -lag)
        near = (stream.key[other] == stream.key) & (np.abs(events.at[order][other] - events.at[order]) <= HOUR / 2)
        near &= (np.arange(len(order)) + lag >= 0) & (np.arange(len(order)) + lag < len(order))
        near &= np.abs(pace[other] - pace) <= _AS_FAST
        alike += near
        flags += near & core[other]
    found: Codes = np.flatnonzero(~core & (flags >= _LEAST_AMID) & (flags >= _NEARLY_ALL * alike))
    return found


def cases(
    events: Events, flagged: np.ndarray, quick: Numbers, groups: Iterable[Members], rules: Parameters
) -> list[Members]:
    """The flagged events, case by case, the largest first; what makes no case of the smallest size is left alone."""
    first, second = _links(events, flagged, quick, groups)
    size = len(events)
    graph = coo_matrix((np.ones(len(first), dtype=bool), (first, second)), shape=(size, size))
    number = connected_components(graph, directed=False)[1]
    places = np.flatnonzero(flagged)
    order = places[np.argsort(number[places], kind="stable")]
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    found = [np.sort(each) for each in np.split(order, cuts) if len(each) >= rules.smallest_case]
    return sorted(found, key=lambda members: (-len(members), int(members[0])))


def _links(events: Events, flagged: np.ndarray, quick: Numbers, groups: Iterable[Members]) -> tuple[Codes, Codes]:
    pairs: list[tuple[Codes, Codes]] = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
    for members in groups:
        held = members[flagged[members]]
        if len(held) > 1:
            pairs.append((held[:-1], held[1:]))
    pairs.append(_neighbours(events, (events.network,), flagged, _SAME_NETWORK))
    apart = ~np.isin(events.kind_code, [events.kind.index(NetworkKind.CAMPUS), events.kind.index(NetworkKind.MOBILE)])
    pairs.append(_neighbours(events, (joined(events.client, events.kind_code),), flagged & apart, _SAME_CLIENT))
    # What was flagged for its pace alone, behind whatever address.
    pairs.append(_neighbours(events, (), flagged & (quick <= _MACHINE), _SAME_PACE))
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _neighbours(events: Events, columns: tuple[Codes, ...], flagged: np.ndarray, within: int) -> tuple[Codes, Codes]:
    """Flagged events of one stream that follow each other within so many seconds."""
    stream = streams(events, columns, events.at, flagged)
    order = stream.order
    near = (stream.key[1:] == stream.key[:-1]) & (np.diff(events.at[order]) <= within)
    return order[:-1][near], order[1:][near]
