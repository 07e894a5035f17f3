"""A cadence too regular for people, and the hours in which people sleep."""

import numpy as np
from scipy.special import ndtr

from participatory.integrity.detection.background import Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.overlaps import crowded, same_hand
from participatory.integrity.detection.streams import Members, Stream, streams
from participatory.integrity.events import UNKNOWN, Events, Numbers
from participatory.integrity.rules import SHARED, NetworkKind, Parameters

WIDTHS = (12, 20, 40)
_NIGHT = (1.0, 6.0)
# How much shorter or longer than the usual pause one may be.
_LEAST_OF_PAUSE = 0.6
_QUICK = 0.1
# How much more surprise is asked on the network of a campus.
_LECTURES = 1.5


def night(events: Events, usual: Background, rules: Parameters) -> Finding:
    """A little between 1:00 and 6:00 in Paris: many students vote then, so that it only adds to something else."""
    del events
    dark = (usual.clock >= _NIGHT[0]) & (usual.clock < _NIGHT[1])
    return Finding(np.where(dark, rules.night_score, 0.0))


def rhythm(events: Events, usual: Background, rules: Parameters) -> Finding:
    """Votes of one stream that follow each other at nearly equal pauses.

    Of two pauses running, an honest crowd gives the first any share of their sum, whatever the hour; a machine or a
    pair of hands gives it half. The sum of the squares of these shares, centred, is compared with that of chance.
    """
    sheet = Sheet(len(events))
    shared = np.isin(events.kind_code, [events.kind.index(kind) for kind in SHARED])
    device = np.where(usual.away, events.device, UNKNOWN)
    # People who have nothing in common but a browser are looked at only where they are quick.
    quick = usual.away & (usual.quick <= _QUICK)
    for columns, among in (
        ((events.network, events.client), usual.away),
        ((events.network,), usual.away & ~shared),
        ((device,), usual.away),
        ((events.site, events.client), quick),
        ((events.client,), quick),
    ):
        stream = streams(events, columns, events.at, among)
        for width in WIDTHS:
            _mark(events, usual, stream, rules, width=width, sheet=sheet)
    return sheet.finding()


def _mark(events: Events, usual: Background, stream: Stream, rules: Parameters, *, width: int, sheet: Sheet) -> None:
    first = stream.windows(width, max(1, width // 4))
    if not len(first):
        return
    pauses = np.maximum(np.diff(events.at[stream.order]), 0.5)
    share = pauses[:-1] / (pauses[:-1] + pauses[1:])
    spread = (2 * share - 1) ** 2
    # Every other share: two that have a pause in common are not independent.
    sums = np.zeros(len(first))
    count = (width - 1) // 2
    for number in range(count):
        sums += spread[first + 2 * number]
    # Under chance a square has mean 1/3 and variance 4/45; the cube root makes the sum nearly normal.
    z = _nearly_normal(sums, count)
    surprise = -np.log10(np.maximum(ndtr(z), 1e-300)) - rules.rhythm_offset
    # Lectures come by in step now and then.
    surprise -= np.where(events.kind_code[stream.order[first]] == events.kind.index(NetworkKind.CAMPUS), _LECTURES, 0.0)
    for place in np.flatnonzero(surprise > 0):
        members = same_hand(events, _in_step(stream.order[first[place] : first[place] + width], events.at))
        if len(members) >= rules.smallest_chain and not crowded(events, usual, members):
            sheet.write(members, min(float(surprise[place]), rules.most))


def _in_step(window: Members, at: Numbers) -> Members:
    """The events of a window that keep its pause on one side at least: others came in between by chance."""
    pauses = np.diff(at[window])
    usual = float(np.median(pauses))
    kept = (pauses >= _LEAST_OF_PAUSE * usual) & (pauses <= usual / _LEAST_OF_PAUSE)
    found: Members = window[np.append(kept, False) | np.concatenate(([False], kept))]
    return found


def _nearly_normal(sums: Numbers, count: int) -> Numbers:
    """Wilson and Hilferty's cube root, for a sum of `count` squares taken as a gamma law of the same moments."""
    mean, variance = count / 3, count * 4 / 45
    shape = mean**2 / variance
    ratio = np.cbrt(np.maximum(sums, 1e-9) / mean)
    found: Numbers = (ratio - (1 - 1 / (9 * shape))) * np.sqrt(9 * shape)
    return found
