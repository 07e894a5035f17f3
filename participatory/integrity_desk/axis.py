"""The axis of the drawing of a case: stretches of time, cut where nothing happens, and the hours under them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from participatory.core.clock import PARIS

WIDTH = 920
_EDGE = 8.0
CUT = 28.0
_NARROWEST = 90.0
_MOST_SEGMENTS = 5
_LEAST_MARGIN = timedelta(minutes=2)
# How much time is drawn, at most, before and after what happened.
MARGIN = timedelta(minutes=20)
_QUIET = timedelta(hours=1)
_STEPS = tuple(timedelta(minutes=each) for each in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080))
_TICK_ROOM = 64.0


@dataclass(frozen=True)
class Segment:
    """A stretch of time (UTC) and its place on the x axis."""

    starts: datetime
    ends: datetime
    x: float
    width: float

    def place(self, at: datetime) -> float:
        """Where an instant stands, held within the segment."""
        share = (at - self.starts) / (self.ends - self.starts)
        return self.x + min(max(share, 0.0), 1.0) * self.width


@dataclass(frozen=True)
class Tick:
    """An hour of the axis; the first of a day says the day too."""

    x: float
    at: datetime
    first: bool


def segments(instants: Sequence[datetime]) -> list[Segment]:
    """The stretches of time to draw: cut where nothing happens for an hour and for a sixth of what is left to draw."""
    ordered = sorted(instants)
    left = ordered[-1] - ordered[0]
    kept: list[tuple[datetime, datetime]] = []
    for gap, before, after in sorted(((b - a, a, b) for a, b in pairwise(ordered)), reverse=True):
        if gap <= _QUIET or gap * 6 <= left or len(kept) == _MOST_SEGMENTS - 1:
            break
        left -= gap
        kept.append((before, after))
    kept.sort()
    starts = [ordered[0], *(after for _before, after in kept)]
    ends = [*(before for before, _after in kept), ordered[-1]]
    spans = []
    for start, end in zip(starts, ends, strict=True):
        margin = min(max((end - start) / 4, _LEAST_MARGIN), MARGIN)
        spans.append((start - margin, end + margin))
    return _laid_out(spans)


def _laid_out(spans: Sequence[tuple[datetime, datetime]]) -> list[Segment]:
    room = WIDTH - 2 * _EDGE - CUT * (len(spans) - 1)
    free = room - _NARROWEST * len(spans)
    total = sum(((end - start) for start, end in spans), timedelta())
    found, x = [], _EDGE
    for start, end in spans:
        width = _NARROWEST + free * ((end - start) / total)
        found.append(Segment(start, end, round(x, 1), round(width, 1)))
        x += width + CUT
    return found


def ticks(parts: Sequence[Segment]) -> tuple[Tick, ...]:
    """The hours to write under the drawing, far enough from each other."""
    found: list[Tick] = []
    day = None
    for part in parts:
        span = part.ends - part.starts
        step = next((each for each in _STEPS if part.width * (each / span) >= _TICK_ROOM), _STEPS[-1])
        inside = [each for each in _round_instants(part, step) if part.place(each) <= WIDTH - _TICK_ROOM / 2]
        for at in inside or [part.starts + span / 2]:
            local = at.astimezone(PARIS).date()
            found.append(Tick(round(part.place(at), 1), at, local != day))
            day = local
    return tuple(found)


def _round_instants(part: Segment, step: timedelta) -> list[datetime]:
    local = part.starts.astimezone(PARIS)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * -(-(local - midnight) // step)
    count = int((part.ends - first) / step) + 1 if first <= part.ends else 0
    # When the clocks go forward, two hours of the wall are one instant.
    return list(dict.fromkeys((first + step * number).astimezone(UTC) for number in range(count)))
