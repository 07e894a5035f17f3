"""A burst on a network, a site or a kind of browser: more votes in an hour than its other hours announce.

Lectures, reminders and halls of residence make bursts too, so that this never weighs more than half of what it takes.
"""

import numpy as np
from scipy.special import betainc

from participatory.integrity.detection.background import Background
from participatory.integrity.detection.finding import Finding
from participatory.integrity.detection.streams import joined
from participatory.integrity.events import UNKNOWN, Codes, Events, Numbers
from participatory.integrity.rules import SHARED, NetworkKind, Parameters

# The shape of the negative binomial law: how unequal the hours of one network are (specification of integrity).
_SHAPE = 1.5
# What is known of a network before its first vote, in votes of the whole round.
_PRIOR_VOTES = 1.0
# In an hour without anybody else, as if somebody had been there half of the time.
_LEAST_OTHERS = 0.5
# The part of the votes that comes from hosted machines, at least.
_FEWEST_HOSTED = 0.002
# A patient machine comes back all night: hours are looked at alone, then by four and by twelve.
_SPANS = (1, 4, 12)


def bursts(events: Events, usual: Background, rules: Parameters) -> Finding:
    """The surprise of the hour of each event: on its network, among its site and browser, among hosted machines."""
    shared = np.isin(events.kind_code, [events.kind.index(kind) for kind in SHARED])
    hosted = events.kind_code == events.kind.index(NetworkKind.HOSTING)
    free = usual.away
    on_network = _surprise(events.network, usual.hour, free)
    at_site = _surprise(joined(events.site, events.client), usual.hour, free)
    machines = _machines(events, hosted & free, usual, free)
    # A few honest people leave by the same machine of a VPN in the hour of a reminder: more is asked of these.
    network_offset = rules.network_offset + np.where(hosted, rules.hosted_offset, 0.0)
    most = np.where(shared, rules.most_shared, rules.most_network)
    own = np.clip(on_network - network_offset, 0, most)
    other = np.where(hosted, machines - rules.hosted_offset, at_site) - rules.network_offset
    return Finding(np.where(free, np.maximum(own, np.clip(other, 0, rules.most_shared)), 0.0))


def _machines(events: Events, hosted: np.ndarray, usual: Background, free: np.ndarray) -> Numbers:
    """The surprise of as many hosted machines around each event, alike in something, from their part on ordinary days.

    Alike: all of them within an hour; behind the same address or with the same kind of browser within longer spans, for
    people who have left by a VPN that day have nothing to do with a machine that comes back.
    """
    surprise = np.zeros(len(hosted))
    if not hosted.any():
        return surprise
    days = usual.day - usual.day.min()
    every = np.bincount(days[free])
    part = np.bincount(days[hosted], minlength=len(every)) / np.maximum(every, 1)
    ordinary = max(float(np.median(part[every > 0])), _FEWEST_HOSTED)
    everywhere = np.zeros(len(hosted), dtype=np.int64)
    for key, hours in ((everywhere, 1), *((each, span) for each in (events.network, events.client) for span in _SPANS)):
        held = hosted & (key != UNKNOWN)
        if not held.any():
            continue
        span = usual.hour // hours
        others = np.bincount(span[free & ~hosted], minlength=int(span.max()) + 1)
        cells, place, seen = np.unique(_pair(key[held], span[held]), return_inverse=True, return_counts=True)
        mean = ordinary * np.maximum(others[cells % (int(span[held].max()) + 2)], _LEAST_OTHERS)
        chance = -np.log10(np.maximum(betainc(seen, _SHAPE, mean / (_SHAPE + mean)), 1e-300))
        surprise[held] = np.maximum(surprise[held], chance[place])
    return surprise


def _surprise(key: Codes, hour: Codes, free: np.ndarray) -> Numbers:
    """−log10 of the chance of as many votes in the hour of each event, from the other hours of its key."""
    held = (key != UNKNOWN) & free
    surprise = np.zeros(len(key))
    if not held.any():
        return surprise
    cells, place, seen = np.unique(_pair(key[held], hour[held]), return_inverse=True, return_counts=True)
    width = int(hour.max()) + 2
    keys, hours = cells // width, cells % width
    sums = np.bincount(key[held])
    around = _around(cells, seen, width)
    # What everybody else did at the same hour: a farm must not announce itself.
    total = np.bincount(hour[held], minlength=width)
    near = np.convolve(total, [1, 1, 1], mode="same")
    others = np.maximum(held.sum() - sums[keys], 1)
    weight = np.maximum(total[hours] - seen, _LEAST_OTHERS) / others
    beside = np.minimum((near[hours] - around) / others, 0.95)
    rate = (sums[keys] - around + _PRIOR_VOTES) / (1 - beside)
    mean = rate * weight
    chance = betainc(seen, _SHAPE, mean / (_SHAPE + mean))
    surprise[held] = -np.log10(np.maximum(chance, 1e-300))[place]
    return surprise


def _pair(key: Codes, hour: Codes) -> Codes:
    return key * (int(hour.max()) + 2) + hour


def _around(cells: Codes, seen: Codes, width: int) -> Numbers:
    """The votes of each cell and of the hours just before and after, under the same key."""
    found = seen.astype(np.float64)
    for step in (-1, 1):
        place = np.searchsorted(cells, cells + step)
        place = np.minimum(place, len(cells) - 1)
        same = (cells[place] == cells + step) & (cells // width == (cells + step) // width)
        found += np.where(same, seen[place], 0)
    return found
