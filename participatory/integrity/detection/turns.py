"""Taking turns: sessions that begin within seconds of the end of the one before, many times running.

Whoever sends ballot after ballot lets little time pass between two; people who vote on their own behind one address do
not wait for each other. However fast they come, the chance that the next of them begins in the few seconds after a stay
ended, and not during it, has a ceiling: the slow seldom come so soon, the crowded come before. So nothing needs to be
known of the usual flow of a network, and neither a lecture nor a reminder makes it look like one hand.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import bdtrc

from participatory.integrity.detection.streams import Members, Stream
from participatory.integrity.events import Codes, Numbers

# Within how many seconds the next session begins, and what is asked more for trying each.
_SOON = (8.0, 20.0, 50.0)
_TRIED = 0.5
WIDTHS = (8, 12, 18, 25, 50)
# From which surprise on a window is looked at, the part of it that must take turns, the shortest run of them.
_LEAST, _MOSTLY, _RUN = 4.0, 0.5, 3
# Clocks tell seconds, and a page takes a moment.
_ABOUT = 1.0


def turns(stream: Stream, began: Numbers, ended: Numbers) -> Iterator[tuple[Members, float]]:
    """The sessions that take turns in windows where surprisingly many do, and how surprising that is."""
    start, end = began[stream.order], ended[stream.order]
    pauses = start[1:] - end[:-1]
    stays = np.maximum((end - start)[:-1], 1.0)
    for soon in _SOON:
        follows = (pauses >= -_ABOUT) & (pauses <= soon)
        likely = _most_likely(stays, soon + _ABOUT)
        for width in WIDTHS:
            first = stream.windows(width, max(1, width // 5))
            if not len(first):
                continue
            hits, chance = _within(follows, first, width), _within(likely, first, width) / (width - 1)
            surprise = -np.log10(np.maximum(bdtrc(hits - 1, width - 1, np.minimum(chance, 0.95)), 1e-300)) - _TRIED
            for place in np.flatnonzero((surprise > _LEAST) & (hits >= _MOSTLY * (width - 1))):
                window = slice(int(first[place]), int(first[place]) + width)
                yield stream.order[window][_running(follows[window.start : window.stop - 1])], float(surprise[place])


def _running(follows: np.ndarray) -> np.ndarray:
    """Which sessions of a window are in a run of at least `_RUN` that follow each other: strangers come in between."""
    number = np.concatenate(([0], np.cumsum(~follows)))
    found: np.ndarray = np.bincount(number)[number] >= _RUN
    return found


def _most_likely(stays: Numbers, soon: float) -> Numbers:
    """The chance that strangers begin so soon after such a stay, at the pace of arrivals that makes it the highest.

    At a pace of r a second it is exp(−r·stay)·(1 − exp(−r·soon)), which is highest where r = log(1 + soon/stay)/soon.
    """
    found: Numbers = (stays / (stays + soon)) ** (stays / soon) * soon / (stays + soon)
    return found


def _within(values: Numbers | np.ndarray, first: Codes, width: int) -> Numbers:
    """The sum of what lies between the sessions of each window."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    found: Numbers = sums[first + width - 1] - sums[first]
    return found
