"""One operator: many sessions of one stream of which none overlaps another, as when a single pair of hands goes on.

People who vote on their own overlap; how often follows from how many they are, how long they stay and how fast they
come. Bursts of honest people overlap more than that, never less, so that a shared address proves nothing here.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import bdtrc, ndtr, ndtri, pdtr

from participatory.integrity.detection.background import Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.streams import Members, Stream, streams
from participatory.integrity.detection.turns import turns
from participatory.integrity.events import UNKNOWN, Codes, Events, Numbers
from participatory.integrity.rules import SHARED, NetworkKind, Parameters

WIDTHS = (12, 18, 25, 50, 100)
# Sessions that follow within this many times the usual pause of their chain belong to it.
_PAUSES = 4.0
# Where a stay fills more of the window than this, all overlap and nothing is learned; the least part of a window that
# one pair of hands must have made.
_LOOSE, _LEAST_PART = 0.25, 0.4
# The part that one kind of browser may have among the people of one address.
_COMMON = 0.6
# From which surprise on it also counts that all are quick, by how many deviations a crowd may be quicker than usual,
# and the most that this adds.
_SEEN_ALREADY, _HURRIED, _MOST_HURRY = 3.0, 0.5, 3.0
# The part of a chain that one device must have made, or none, to tell whose it is.
_ONE_DEVICE = 0.75
# The share of people as fast as a machine, and the part of votes that one hand casts in turn.
_MACHINE, _IN_TURN = 0.003, 0.7


def operators(events: Events, usual: Background, rules: Parameters) -> Finding:
    """The score of each event whose neighbours in some stream hardly ever overlap, and the chains that they form."""
    sheet = Sheet(len(events))
    explained = np.zeros(len(events), dtype=bool)
    for columns, among, alone in _streams(events, usual):
        sure: list[Members] = []
        # The shorter sessions are also looked at by themselves: a farm is quicker than its neighbours.
        for where in (among, among & (usual.ends - usual.starts <= np.exp(usual.pace))):
            stream = streams(events, columns, usual.starts, where & ~explained)
            for chain, value in _chains(events, stream, usual, rules, alone=alone):
                sheet.write(chain, value)
                if value > rules.family_above:
                    sure.append(chain)
        for chain in sure:
            explained[chain] = True
    _hand_over(events, usual, rules, sheet)
    return sheet.finding()


def _hand_over(events: Events, usual: Background, rules: Parameters, sheet: Sheet) -> None:
    """Write down the chains whose sessions begin just after the one before ended."""
    campus = events.kind_code == events.kind.index(NetworkKind.CAMPUS)
    for columns in ((events.network, events.client), (events.network,)):
        stream = streams(events, columns, usual.starts, usual.away & campus)
        for chain, surprise in turns(stream, usual.starts, usual.ends):
            if surprise > rules.operator_offset and len(chain) >= rules.smallest_chain:
                sheet.write(same_hand(events, chain), min(surprise - rules.operator_offset, rules.most))


def _streams(events: Events, usual: Background) -> Iterator[tuple[tuple[Codes, ...], np.ndarray, bool]]:
    """What the sessions of a stream share, from the most to the least, and among whom.

    Beside each, whether it is one network that few share, where it also counts that all use the same kind of browser.
    What a chain behind one address explains says nothing of other addresses.
    """
    apart = ~np.isin(events.kind_code, [events.kind.index(kind) for kind in SHARED])
    free = usual.away
    yield (events.network,), free & apart, True
    yield (events.network, events.client), free, False
    yield (events.network, events.site), free, False
    yield (events.network,), free & ~apart, False
    yield (events.site, events.client), free, False
    yield (events.client,), free & apart, False


def _chains(
    events: Events, stream: Stream, usual: Background, rules: Parameters, *, alone: bool
) -> Iterator[tuple[Members, float]]:
    """The chains of one stream, and what each is worth."""
    for width in WIDTHS:
        if width > len(stream.order):
            return
        first, surprise = _windows(stream, width, usual.starts, usual.ends)
        if alone:
            surprise += _same_client(events.client[stream.order], first, width)
        surprise = np.where(
            surprise >= _SEEN_ALREADY, surprise + _hurry(usual.quick[stream.order], first, width), surprise
        )
        value = np.minimum(surprise - rules.operator_offset, rules.most)
        for place in np.flatnonzero(value > 0):
            chain = chain_of(stream.order[first[place] : first[place] + width], usual.starts, usual.ends)
            if len(chain) >= max(rules.smallest_chain, _LEAST_PART * width):
                yield same_hand(events, chain), float(value[place])


def _windows(stream: Stream, width: int, began: Numbers, ended: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """Where windows of so many sessions start, and how surprising it is that so few of them overlap."""
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
    part = mean / np.maximum(start[first + width - 1] - start[first], 1.0)
    expected = width * (width - 1) / 2 * (2 * part - part**2)
    surprise = -np.log10(np.maximum(pdtr(seen, np.maximum(expected, 0)), 1e-300))
    return first, np.where(part <= _LOOSE, surprise, -np.inf)


def _same_client(client: Codes, first: Codes, width: int) -> Numbers:
    """How surprising it is that so many of a window use the kind of browser of most of them."""
    most = np.zeros(len(first))
    for number in np.unique(client[client != UNKNOWN]):
        sums = np.concatenate(([0], np.cumsum(client == number)))
        most = np.maximum(most, sums[first + width] - sums[first])
    found: Numbers = -np.log10(np.maximum(bdtrc(most - 1, width, _COMMON), 1e-300))
    return found


def _hurry(quick: Numbers, first: Codes, width: int) -> Numbers:
    """How surprising it is that a window is as quick as it is, as a whole, among people who hurry a little anyway."""
    sums = np.concatenate(([0.0], np.cumsum(ndtri(np.clip(quick, 1e-3, 0.999)))))
    mean = (sums[first + width] - sums[first]) / width
    found: Numbers = -np.log10(np.maximum(ndtr((mean + _HURRIED) * np.sqrt(width)), 1e-300))
    return np.minimum(found, _MOST_HURRY)


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


def same_hand(events: Events, members: Members) -> Members:
    """Those of a chain without the strangers: where one device, or none, made nearly all, who has another is not it."""
    _known, place, seen = np.unique(events.device[members], return_inverse=True, return_counts=True)
    usual = int(np.argmax(seen))
    if seen[usual] < _ONE_DEVICE * len(members):
        return members
    found: Members = members[(place == usual) | (events.device[members] == UNKNOWN)]
    return found


def crowded(events: Events, usual: Background, members: Members) -> bool:
    """Whether these are people of one place who hurry together: on a shared network, at the same time, no machine."""
    shared = np.isin(events.kind_code[members], [events.kind.index(kind) for kind in SHARED])
    if 2 * shared.sum() < len(members) or float(np.median(usual.quick[members])) <= _MACHINE:
        return False
    return len(chain_of(members, usual.starts, usual.ends)) < _IN_TURN * len(members)
