"""One operator: many sessions of one stream of which none overlaps another, as when a single pair of hands goes on.

People who vote on their own overlap; how often follows from how many they are, how long they stay and how fast they
come. Bursts of honest people overlap more than that, never less, so that a shared address proves nothing here.
"""

import numpy as np
from scipy.special import pdtr

from participatory.integrity.detection.background import Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.streams import Members, Stream, streams
from participatory.integrity.events import Events, Numbers
from participatory.integrity.rules import NetworkKind, Parameters

WIDTHS = (12, 18, 25, 50, 100)
# Sessions that follow within this many times the usual pause of their chain belong to it.
_PAUSES = 4.0


def operators(events: Events, usual: Background, rules: Parameters) -> Finding:
    """The score of each event whose neighbours in some stream hardly ever overlap, and the chains that they form."""
    sheet = Sheet(len(events))
    ends = events.at
    for stream in _streams(events, usual):
        for width in WIDTHS:
            if width > len(stream.order):
                break
            starts, values = _windows(stream, width, usual.starts, ends, rules)
            for first, value in zip(starts, values, strict=True):
                chain = chain_of(stream.order[first : first + width], usual.starts, ends)
                if len(chain) >= rules.smallest_chain:
                    sheet.write(chain, float(value))
    return sheet.finding()


def _streams(events: Events, usual: Background) -> list[Stream]:
    """One network and client; one network; one site and client; one client where no network is shared.

    The same with the shorter sessions alone: a farm is quicker than its neighbours.
    """
    apart = events.kind_code != events.kind.index(NetworkKind.CAMPUS)
    apart &= events.kind_code != events.kind.index(NetworkKind.MOBILE)
    free = usual.away
    short = free & (events.at - usual.starts <= np.exp(usual.pace))
    found = []
    for among in (free, short):
        found += [
            streams(events, (events.network, events.client), usual.starts, among),
            streams(events, (events.network,), usual.starts, among),
            streams(events, (events.site, events.client), usual.starts, among),
            streams(events, (events.client,), usual.starts, among & apart),
            streams(events, (events.network, events.site), usual.starts, among),
        ]
    return found


def _windows(
    stream: Stream, width: int, began: Numbers, ended: Numbers, rules: Parameters
) -> tuple[np.ndarray, np.ndarray]:
    """The windows of so many sessions whose overlaps are too few for chance, and their scores."""
    first = stream.windows(width, max(1, width // 5))
    if not len(first):
        return first, np.empty(0)
    start, end = began[stream.order], ended[stream.order]
    seen = np.zeros(len(first))
    for lag in range(1, width):
        cross = np.concatenate(([0], np.cumsum(start[lag:] < end[:-lag])))
        seen += cross[np.minimum(first + width - lag, len(cross) - 1)] - cross[first]
    stays = np.concatenate(([0.0], np.cumsum(end - start)))
    mean = (stays[first + width] - stays[first]) / width
    span = np.maximum(start[first + width - 1] - start[first], 1.0)
    part = np.minimum(mean / span, 1.0)
    expected = width * (width - 1) / 2 * (2 * part - part**2)
    surprise = -np.log10(np.maximum(pdtr(seen, expected), 1e-300))
    value = np.minimum(surprise - rules.operator_offset, rules.most)
    found = value > 0
    return first[found], value[found]


def chain_of(window: Members, began: Numbers, ended: Numbers) -> Members:
    """The sessions of one pair of hands: the most that do not overlap, less those that stand alone."""
    order = window[np.argsort(ended[window], kind="stable")]
    kept = [order[0]]
    for each in order[1:]:
        if began[each] >= ended[kept[-1]] - 1:
            kept.append(each)
    chain = np.array(kept, dtype=np.int64)
    if len(chain) < 3:
        return chain
    pauses = began[chain[1:]] - ended[chain[:-1]]
    usual = max(float(np.median(pauses)), 5.0) * _PAUSES
    near = pauses <= usual
    held = np.append(near, False) | np.concatenate(([False], near))
    found: Members = chain[held]
    return found
