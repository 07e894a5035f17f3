"""What is usual in this round: how long people stay in the booth, when they vote. Robust to a few thousand automata."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from scipy.special import ndtr

from participatory.integrity.events import UNKNOWN, Codes, Events, Numbers

_PARIS = ZoneInfo("Europe/Paris")
HOUR = 3600
# Somebody who stays longer was elsewhere meanwhile.
_LONGEST_QUANTILE = 0.8
_FALLBACK_SECONDS = 90.0
# Fewer votes than this say little about how fast the fastest are.
_ENOUGH = 200
_ENOUGH_BLOCKS = 3


@dataclass(frozen=True)
class Background:
    """The usual time in the booth as a log-normal law, the hours of Paris, and the sessions.

    `pace` and `spread` are the median and the deviation of the logarithm of seconds; `quick[i]` the chance that an
    honest vote takes no longer than that of event i. `hour` numbers Paris hours from the first one, `day` Paris days.
    `starts` are instants (seconds, UTC) at which sessions began, cut to their last `longest` seconds.
    """

    pace: float
    spread: float
    quick: Numbers
    hour: Codes
    day: Codes
    clock: Numbers
    starts: Numbers
    ends: Numbers
    longest: float
    away: np.ndarray

    def chance_under(self, seconds: float) -> float:
        """The chance that an honest vote takes less than so many seconds."""
        return float(ndtr((np.log(max(seconds, 1e-3)) - self.pace) / self.spread))


def background(events: Events) -> Background:
    """What is usual among these events, declared stands apart."""
    offsets = _offsets(events.at)
    local = events.at + offsets
    day = np.floor(local / (24 * HOUR)).astype(np.int64)
    hour = np.floor(local / HOUR).astype(np.int64)
    away = events.stand == UNKNOWN
    timed = ~np.isnan(events.seconds)
    clock = (local % (24 * HOUR)) / HOUR
    # A farm that comes back every night is in few hours of the day, one that takes an hour in few days, one that does
    # neither uses few kinds of browsers or aims at few sites.
    parts = (day, clock.astype(np.int64), events.client, events.site)
    pace, spread = _law(events.seconds, parts, timed & away)
    usual = np.where(timed, events.seconds, np.exp(pace))
    longest = float(np.quantile(usual, _LONGEST_QUANTILE)) if len(usual) else _FALLBACK_SECONDS
    z = (np.log(np.maximum(usual, 0.5)) - pace) / spread
    seen = [under for part in parts if (under := _seen_under(events.seconds, part, timed & away)) is not None]
    quick = np.where(timed, np.maximum(ndtr(z), np.minimum.reduce(seen) if seen else 0.0), 1.0)
    starts = events.at - np.minimum(usual, longest)
    return Background(pace, spread, quick, hour - hour.min(initial=0), day, clock, starts, events.at, longest, away)


def _law(seconds: Numbers, parts: tuple[Codes, ...], timed: np.ndarray) -> tuple[float, float]:
    """The median and the deviation of the logarithm: where farms cast many of the ballots, they are in few blocks."""
    found = [_spread_of(np.log(np.maximum(seconds[timed], 0.5)))]
    for blocks in parts:
        logs = [np.log(np.maximum(each, 0.5)) for each in _by_block(seconds, blocks, timed)]
        if len(logs) >= _ENOUGH_BLOCKS:
            found.append(tuple(np.median(np.array([_spread_of(each) for each in logs]), axis=0)))
    return min(found, key=lambda law: law[1])


def _spread_of(logs: Numbers) -> tuple[float, float]:
    if len(logs) < 20:
        return float(np.log(_FALLBACK_SECONDS)), 0.7
    low, middle, high = np.quantile(logs, [0.25, 0.5, 0.75])
    return float(middle), max(float(high - low) / 1.349, 0.2)


def _by_block(seconds: Numbers, blocks: Codes, timed: np.ndarray) -> Iterator[Numbers]:
    """The seconds of each block that is large enough to say something."""
    for each in np.unique(blocks[timed & (blocks != UNKNOWN)]):
        own = seconds[timed & (blocks == each)]
        if len(own) >= _ENOUGH:
            yield own


def _seen_under(seconds: Numbers, blocks: Codes, timed: np.ndarray) -> Numbers | None:
    """The share of votes that took no longer, as the median over blocks; None for too few of them."""
    wanted = np.where(np.isnan(seconds), np.inf, seconds)
    shares = [
        np.searchsorted(np.sort(own), wanted, side="right") / len(own) for own in _by_block(seconds, blocks, timed)
    ]
    if len(shares) < _ENOUGH_BLOCKS:
        return None
    median: Numbers = np.median(np.array(shares), axis=0)
    return median


def _offsets(at: Numbers) -> Numbers:
    """How far Paris is ahead of UTC at each instant, in seconds; asked once an hour."""
    hours = np.floor(at / HOUR).astype(np.int64)
    known, places = np.unique(hours, return_inverse=True)
    ahead = [datetime.fromtimestamp(int(each) * HOUR, tz=_PARIS).utcoffset() for each in known]
    offsets = np.array([each.total_seconds() if each is not None else 0.0 for each in ahead], dtype=np.float64)
    found: Numbers = offsets[places] if len(offsets) else np.zeros(0)
    return found
