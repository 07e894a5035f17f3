"""Where each ballot of a case stands on the drawing of its hours: lanes, marks, ticks. Pure; lengths are pixels.

Time runs from left to right. Where nothing happens for long, the axis is cut: a cut is better than a night that crushes
the minutes that matter. A mark is the time in the booth, from the first page to the ballot.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.labels import N_, register
from participatory.integrity_desk.axis import CUT, WIDTH, Segment, Tick, segments, ticks

_MOST_LANES = 8
_MOST_LEVELS = 12
_LABEL = 12.0
_LEVEL = 17.0
_LANE_HEAD = 24.0
_SHORTEST = 130.0
_BARS = 72
_MINUTE = timedelta(minutes=1)

# Minutes (UTC) and how many ballots came in each.
Counts = Sequence[tuple[datetime, int]]


class Lane(StrEnum):
    """What the ballots of one lane have in common."""

    DEVICE = "device"
    NETWORK = "network"
    CLIENT = "client"
    SITE = "site"


register(
    {
        Lane.DEVICE: N_("Appareil"),
        Lane.NETWORK: N_("Réseau"),
        Lane.CLIENT: N_("Navigateur"),
        Lane.SITE: N_("Site"),
    }
)


@dataclass(frozen=True)
class Point:
    """One ballot: when it came (UTC), how long its voter was in the booth, and what it may share with others."""

    number: int
    at: datetime
    seconds: float | None
    shared: Mapping[Lane, str]
    state: str


@dataclass(frozen=True)
class Mark:
    """A ballot on the drawing: a bar from `x` of this `width`, its number above when `labelled`."""

    number: int
    x: float
    y: float
    width: float
    state: str
    labelled: bool


@dataclass(frozen=True)
class Row:
    """A lane: `name` is a letter or a name, empty when nobody knows or for the `rest`; `size` counts its ballots."""

    name: str
    rest: bool
    size: int
    y: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Bar:
    """How many other ballots of the same sites came in a slice of time."""

    x: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """The whole drawing; `most` is what the tallest bar stands for, 0 without any; `cuts` are places on the x axis."""

    kind: Lane
    width: float
    height: float
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    cuts: tuple[float, ...]
    most: int
    axis: float


def letters(values: Iterable[str]) -> dict[str, str]:
    """A letter for each value that is not empty: A for the most frequent, then in the order in which they come."""
    counted = Counter(value for value in values if value)
    first = {value: place for place, value in enumerate(counted)}
    ranked = sorted(counted, key=lambda value: (-counted[value], first[value]))
    return {value: _letter(place) for place, value in enumerate(ranked)}


def _letter(place: int) -> str:
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def lane_kind(points: Sequence[Point]) -> Lane:
    """What tells these ballots apart best: the first thing that half of them have in common, else their sites."""
    for kind in (Lane.DEVICE, Lane.NETWORK, Lane.CLIENT):
        counted = Counter(point.shared.get(kind, "") for point in points)
        counted.pop("", None)
        if 2 * max(counted.values(), default=0) >= len(points):
            return kind
    return Lane.SITE


def draw(points: Sequence[Point], others: Counts, names: Mapping[str, str]) -> Drawing:
    """The drawing of a case: `others` counts other ballots by minute, `names` says what each shared value is called.

    Raises ValueError without a ballot.
    """
    if not points:
        raise ValueError("a case has a ballot at least")
    parts = segments([point.at for point in points])
    kind = lane_kind(points)
    rows: list[Row] = []
    top = 6.0
    for name, rest, members in _lanes(points, kind, names):
        marks, height = _marks(members, parts, top + _LANE_HEAD)
        rows.append(Row(name, rest, len(members), top, height + _LANE_HEAD, marks))
        top += height + _LANE_HEAD + 8
    top = max(top, _SHORTEST)
    bars, most = _bars(others, parts, top)
    cuts = tuple(round(part.x - CUT / 2, 1) for part in parts[1:])
    return Drawing(kind, WIDTH, top + 44, tuple(rows), ticks(parts), bars, cuts, most, top)


def _lanes(points: Sequence[Point], kind: Lane, names: Mapping[str, str]) -> list[tuple[str, bool, list[Point]]]:
    held: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda each: (each.at, each.number)):
        held.setdefault(point.shared.get(kind, ""), []).append(point)
    ranked = sorted(held, key=lambda value: (value == "", -len(held[value])))
    shown, rest = ranked[:_MOST_LANES], ranked[_MOST_LANES:]
    if len(ranked) == _MOST_LANES + 1:
        shown, rest = ranked, []
    lanes = [(names.get(value, value), False, held[value]) for value in shown]
    if rest:
        lanes.append(("", True, sorted((each for value in rest for each in held[value]), key=lambda each: each.at)))
    return lanes


def _marks(members: Sequence[Point], parts: Sequence[Segment], top: float) -> tuple[tuple[Mark, ...], float]:
    ends: list[float] = []
    placed: list[tuple[Point, float, float, int]] = []
    for point in members:
        part = next(each for each in parts if each.starts <= point.at <= each.ends)
        right = part.place(point.at)
        left = part.place(point.at - timedelta(seconds=min(point.seconds or 0.0, 86_400.0)))
        width = max(right - left, 3.0)
        left = right - width
        room = max(width, _LABEL + 5 * len(str(point.number)))
        level = next((each for each, end in enumerate(ends) if end <= left), len(ends))
        if level == len(ends):
            ends.append(0.0)
        ends[level] = left + room
        placed.append((point, left, width, level))
    # A lane without room for numbers keeps its marks: the table says which they are.
    labelled = len(ends) <= _MOST_LEVELS
    levels = max(min(len(ends), _MOST_LEVELS), 1)
    step = _LEVEL if labelled else 6.0
    marks = tuple(
        Mark(
            point.number,
            round(left, 1),
            round(top + (level % levels) * step + (11 if labelled else 0), 1),
            round(width, 1),
            point.state,
            labelled,
        )
        for point, left, width, level in placed
    )
    return marks, levels * step + 4


def _bars(others: Counts, parts: Sequence[Segment], floor: float) -> tuple[tuple[Bar, ...], int]:
    slices: Counter[tuple[int, int]] = Counter()
    # Never finer than the minutes in which others are counted, or the bars would be a comb.
    counts = [max(min(round(_BARS * part.width / WIDTH), (part.ends - part.starts) // _MINUTE), 1) for part in parts]
    for at, several in others:
        for number, part in enumerate(parts):
            if part.starts <= at <= part.ends:
                place = min(int((at - part.starts) / (part.ends - part.starts) * counts[number]), counts[number] - 1)
                slices[number, place] += several
    most = max(slices.values(), default=0)
    bars = []
    for (number, place), count in sorted(slices.items()):
        part, width = parts[number], parts[number].width / counts[number]
        height = max((floor - 8) * count / most, 1.0)
        bars.append(Bar(round(part.x + place * width + 1, 1), round(width - 2, 1), round(height, 1)))
    return tuple(bars), most
