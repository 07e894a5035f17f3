"""A published map as a page draws it: places on the paper, letters, tones, and the rows of the tables beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from participatory.opinion.snapshot import Snapshot
from participatory.opinion.told import GROUPS
from participatory.opinion.verdict import Reason, sentence_of

# The macros that lay out a `Page`.
TEMPLATE = "opinion/_map.html"

# Narrow, so that letters stay readable on a phone; the height follows the map between these bounds.
_WIDTH, _LOWEST, _HIGHEST = 480, 260, 520
_MARGIN = 46
# The area of a dot says how many people it stands for.
_RADIUS = 3.2
_LETTERS = "ABCDE"
_TONES = ("brique", "pastel", "garrigue", "or", "neutre")
# More than this is read in the open data. A product of shares above one half has no share under it.
_SHARED, _LEAST_SHARED = 5, 0.5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """Some people who stand together; never fewer than the snapshot allows."""

    x: float
    y: float
    radius: float
    people: int


@dataclass(frozen=True, slots=True)
class Shape:
    """One group on the map: its dots, the outline around them, and where its letter stands."""

    letter: str
    tone: str
    outline: str
    dots: tuple[Dot, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Map:
    """The picture: its size and its groups."""

    width: int
    height: int
    shapes: tuple[Shape, ...]

    @property
    def fewest(self) -> int:
        """How many people the smallest dot stands for."""
        return min(dot.people for shape in self.shapes for dot in shape.dots)


@dataclass(frozen=True, slots=True)
class Line:
    """A statement as a table says it: shares are in thousandths, `elsewhere` is of the other groups."""

    words: str
    agrees: bool
    share: int
    elsewhere: int | None = None


@dataclass(frozen=True, slots=True)
class GroupTold:
    """One group in the tables."""

    letter: str
    tone: str
    size: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One figure behind the verdict, what it must reach, and whether it does; None where it was not measured."""

    reason: Reason
    found: str | None
    needed: str | None
    held: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is said of a snapshot."""

    participants: int | None
    eligible: int | None
    statements: int
    map: Map | None
    why: tuple[dict[str, Any], ...]
    groups: tuple[GroupTold, ...]
    shared: tuple[Line, ...]
    majority: tuple[Line, ...]
    checks: tuple[Check, ...]
    digest: str

    @property
    def placed(self) -> int:
        """How many people are in a group."""
        return sum(group.size for group in self.groups)


def page_of(snapshot: Snapshot, words: Mapping[str, str], decimal_mark: str = ",") -> Page:
    """A snapshot as a page; `words` are of statements by their identifiers as text."""
    told = snapshot.told
    names = list(zip(told["groups"], _LETTERS, _TONES, strict=False))
    return Page(
        participants=told["participants"],
        eligible=told["eligible"],
        statements=told["statements"],
        map=draw(told["groups"]) if told["verdict"] == GROUPS else None,
        why=tuple(_why(each, decimal_mark) for each in told["why"]),
        groups=tuple(
            GroupTold(letter, tone, group["size"], tuple(_line(each, words) for each in group["representative"]))
            for group, letter, tone in names
        ),
        shared=tuple(
            _shared(each, words, len(names)) for each in told["consensus"][:_SHARED] if each["value"] > _LEAST_SHARED
        ),
        majority=tuple(_line(each, words) for each in told["majority"]),
        checks=_checks(told, decimal_mark),
        digest=snapshot.digest,
    )


def draw(groups: Sequence[Mapping[str, Any]]) -> Map:
    """The groups of a snapshot on paper: both directions at the same scale, the second one upwards."""
    every = [(dot["x"], dot["y"]) for group in groups for dot in group["dots"]]
    (left, right), (bottom, top) = ((min(axis), max(axis)) for axis in zip(*every, strict=True))
    across, along = max(right - left, 1e-9), max(top - bottom, 1e-9)
    scale = min((_WIDTH - 2 * _MARGIN) / across, (_HIGHEST - 2 * _MARGIN) / along)
    height = max(_LOWEST, round(along * scale) + 2 * _MARGIN)
    middle = ((left + right) / 2, (bottom + top) / 2)

    def place(dot: Mapping[str, Any]) -> Dot:
        x, y = _WIDTH / 2 + (dot["x"] - middle[0]) * scale, height / 2 - (dot["y"] - middle[1]) * scale
        return Dot(round(x, 1), round(y, 1), round(_RADIUS * sqrt(dot["people"]), 1), dot["people"])

    return Map(_WIDTH, height, tuple(_shape(number, map(place, group["dots"])) for number, group in enumerate(groups)))


def _shape(number: int, placed: Iterable[Dot]) -> Shape:
    dots = tuple(placed)
    people = sum(dot.people for dot in dots)
    x, y = (
        round(sum(dot.people * way for dot, way in zip(dots, axis, strict=True)) / people, 1) for axis in _axes(dots)
    )
    outline = "M" + "L".join(f"{across} {along}" for across, along in hull((dot.x, dot.y) for dot in dots)) + "Z"
    return Shape(_LETTERS[number], _TONES[number], outline, dots, x, y)


def _axes(dots: Sequence[Dot]) -> tuple[list[float], list[float]]:
    return [dot.x for dot in dots], [dot.y for dot in dots]


def hull(points: Iterable[Point]) -> list[Point]:
    """The corners of the smallest convex shape around some points, by Andrew's chains."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return [*_chain(ordered)[:-1], *_chain(ordered[::-1])[:-1]]


def _chain(points: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _turn(one: Point, other: Point, third: Point) -> float:
    return (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])


def _line(each: Mapping[str, Any], words: Mapping[str, str]) -> Line:
    elsewhere = round(1000 * each["pa"] / each["ra"]) if "ra" in each else None
    return Line(_words(each, words), each["direction"] == "agree", round(1000 * each["pa"]), elsewhere)


def _shared(each: Mapping[str, Any], words: Mapping[str, str], groups: int) -> Line:
    # The geometric mean of the groups' shares: a product shrinks with their number, and nobody reads it.
    return Line(_words(each, words), True, round(1000 * each["value"] ** (1 / groups)))


def _words(each: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return words.get(str(each["statement"])) or f"n° {each['statement']}"


def _why(each: Mapping[str, Any], decimal_mark: str) -> dict[str, Any]:
    values = {name: _marked(value, decimal_mark) for name, value in each["values"].items()}
    return {"message": sentence_of(Reason(each["reason"])), "values": values}


def _marked(value: Any, decimal_mark: str) -> Any:
    return value.replace(".", decimal_mark) if isinstance(value, str) else value


def _checks(told: Mapping[str, Any], decimal_mark: str) -> tuple[Check, ...]:
    asked, failed = told["parameters"], {each["reason"] for each in told["why"]}
    rows = (
        (Reason.FEW_PEOPLE, told["eligible"], asked["min_eligible"]),
        (Reason.UNLIKE, told["stability_mean"], asked["stable_mean"]),
        (Reason.SOMETIMES_UNLIKE, told["stability_min"], asked["stable_min"]),
        (Reason.CHANCE, told["silhouette"], told["null_p95"]),
    )
    return tuple(
        Check(
            reason,
            _figure(found, decimal_mark),
            _figure(needed, decimal_mark),
            found is not None and reason not in failed,
        )
        for reason, found, needed in rows
    )


def _figure(value: float | None, decimal_mark: str) -> str | None:
    if value is None or isinstance(value, int):
        return None if value is None else str(value)
    return f"{value:.2f}".replace(".", decimal_mark)
