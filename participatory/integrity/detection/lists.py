"""Votes in the order of the list: somebody goes down a roll, name after name.

Friends, families and classes may stand close in a list; that one votes right after another in its order, many times
running, is what chance does not do.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import bdtrc

from participatory.integrity.detection.background import Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.overlaps import chain_of
from participatory.integrity.detection.streams import Members, Stream, streams
from participatory.integrity.events import Codes, Events, Numbers
from participatory.integrity.rules import SHARED, Parameters

WIDTHS = (8, 12, 25, 50)
_NEAR = 5
# The part of a run that must not overlap, and the share of honest people as quick as machines that take turns.
_MOSTLY, _QUICK = 0.7, 0.15


def adjacency(events: Events, usual: Background, rules: Parameters) -> Finding:
    """The score of each event in whose neighbourhood, in some stream, ranks follow each other too often."""
    sheet = Sheet(len(events))
    ranked = ~np.isnan(events.rank)
    size = _sizes(events, ranked)
    for columns in (
        (events.site,),
        (events.site, events.network),
        (events.site, events.client),
        (events.site, events.network, events.client),
    ):
        stream = streams(events, columns, events.at, ranked)
        for width in WIDTHS:
            for run, value in _runs(events, stream, width, size, rules):
                members, worth = _one_hand(events, run, value, usual, rules)
                if len(members) >= rules.smallest_run:
                    sheet.write(members, min(worth, rules.most))
    return sheet.finding()


def _sizes(events: Events, ranked: np.ndarray) -> Numbers:
    """How many people the list of each site has at least."""
    sizes = np.ones(int(events.site.max(initial=0)) + 1)
    np.maximum.at(sizes, events.site[ranked], events.rank[ranked] + 1)
    return sizes


def _runs(
    events: Events, stream: Stream, width: int, size: Numbers, rules: Parameters
) -> Iterator[tuple[Members, float]]:
    """The runs of votes that follow the list in windows of so many, and how surprising each is."""
    first = stream.windows(width, max(1, width // 4))
    if not len(first):
        return
    rank = events.rank[stream.order]
    step = np.diff(rank)
    linked = np.concatenate(([0], np.cumsum(np.abs(step) <= _NEAR)))
    upward = np.concatenate(([0], np.cumsum(step > 0)))
    hits = linked[first + width - 1] - linked[first]
    chance = np.clip(2 * _NEAR / size[events.site[stream.order[first]]], 1e-6, 0.9)
    near = -np.log10(np.maximum(bdtrc(hits - 1, width - 1, chance), 1e-300)) - rules.adjacency_offset
    ups = upward[first + width - 1] - upward[first]
    most = np.maximum(ups, width - 1 - ups)
    ordered = -np.log10(np.maximum(2 * bdtrc(most - 1, width - 1, 0.5), 1e-300)) - rules.adjacency_offset - 1
    for place in np.flatnonzero((near > 0) | (ordered > 0)):
        window = stream.order[first[place] : first[place] + width]
        value, run = _judged(events.rank[window], float(near[place]), float(ordered[place]))
        if len(run) >= rules.smallest_run:
            yield window[run], value


def _one_hand(
    events: Events, members: Members, value: float, usual: Background, rules: Parameters
) -> tuple[Members, float]:
    """Those of a run who come one after another; a class that votes at the same time, name after name, is no farm.

    Machines may work at the same time too: then they are quick, and the run stays whole.
    """
    chain = chain_of(members, usual.starts, usual.ends)
    if len(chain) >= _MOSTLY * len(members):
        return chain, value
    if float(np.median(usual.quick[members])) <= _QUICK:
        return members[usual.quick[members] <= _QUICK], value
    # A class is in one place; homes far from each other do not vote name after name.
    shared = np.isin(events.kind_code[members], [events.kind.index(kind) for kind in SHARED])
    if 2 * shared.sum() < len(members) and 2 * len(np.unique(events.network[members])) > len(members):
        return members[~shared], value
    return members, min(value, rules.together)


def _judged(rank: Numbers, near: float, ordered: float) -> tuple[float, Codes]:
    """The score of a window, and who of it is in the run; a class whose ranks are close anyway proves nothing."""
    step = np.diff(rank)
    close = np.abs(step) <= _NEAR
    gaps = np.abs(rank[:, None] - rank[None, :])
    far = np.triu(np.ones_like(gaps, dtype=bool), 2)
    usual = float((gaps[far] <= _NEAR).mean())
    if usual > 0:
        known = -np.log10(max(float(bdtrc(int(close.sum()) - 1, len(close), min(usual, 0.95))), 1e-300))
        near = min(near, known - 1)
    if ordered > near:
        upward = (step > 0) if (step > 0).sum() * 2 >= len(step) else (step < 0)
        return ordered, _touching(upward)
    return near, _touching(close)


def _touching(links: np.ndarray) -> Codes:
    held = np.append(links, False) | np.concatenate(([False], links))
    return np.flatnonzero(held)
