"""What is known of each vote when it is judged: when, where and how, never for what. Pure.

An event is one ballot (or one support, comment, statement's vote) as the urn holds it: the last of a person. A file of
events is a csv with the columns `COLUMNS`; `at` is ISO 8601 in UTC, `seconds` the time in the booth.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from participatory.integrity.rules import NetworkKind

COLUMNS = (
    "event_id", "at", "person", "site", "roll_rank", "network", "network_kind", "device", "client", "seconds", "stand",
)  # fmt: skip
_MAY_BE_EMPTY = frozenset({"roll_rank", "network", "device", "client", "seconds", "stand"})
_MOST_FAULTS = 200
UNKNOWN = -1

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


class Event(NamedTuple):
    """One act. `rank` is the place in the list of the site, `seconds` the time in the booth; None where unknown."""

    id: str
    at: datetime
    person: str
    site: str
    rank: int | None
    network: str
    network_kind: NetworkKind
    device: str
    client: str
    seconds: float | None
    stand: str


class EventsError(ValueError):
    """A file of events that cannot be read: `faults` are (line, what is wrong), with 0 for the whole file."""

    def __init__(self, faults: Sequence[tuple[int, str]]):
        super().__init__("\n".join(f"line {line}: {fault}" if line else fault for line, fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Events:
    """Events as columns, in the order of time; texts are numbered, -1 for an empty one. `at` is in seconds (UTC)."""

    ids: tuple[str, ...]
    at: Numbers
    person: Codes
    site: Codes
    rank: Numbers
    network: Codes
    kind: tuple[NetworkKind, ...]
    kind_code: Codes
    device: Codes
    client: Codes
    seconds: Numbers
    stand: Codes
    names: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Events":
        """The columns of these events; equal instants stay in the order of their identifiers."""
        rows = sorted(events, key=lambda event: (event.at, event.id))
        names: dict[str, tuple[str, ...]] = {}

        def codes(column: str, texts: list[str]) -> Codes:
            found: dict[str, int] = {"": UNKNOWN}
            numbers = [found.setdefault(text, len(found) - 1) for text in texts]
            names[column] = tuple(text for text in found if text)
            return np.array(numbers, dtype=np.int64)

        kinds = tuple(NetworkKind)
        return cls(
            ids=tuple(row.id for row in rows),
            at=np.array([row.at.timestamp() for row in rows], dtype=np.float64),
            person=codes("person", [row.person for row in rows]),
            site=codes("site", [row.site for row in rows]),
            rank=np.array([np.nan if row.rank is None else row.rank for row in rows], dtype=np.float64),
            network=codes("network", [row.network for row in rows]),
            kind=kinds,
            kind_code=np.array([kinds.index(row.network_kind) for row in rows], dtype=np.int64),
            device=codes("device", [row.device for row in rows]),
            client=codes("client", [row.client for row in rows]),
            seconds=np.array([np.nan if row.seconds is None else row.seconds for row in rows], dtype=np.float64),
            stand=codes("stand", [row.stand for row in rows]),
            names=names,
        )


def read_events(path: Path) -> Events:
    """The events of a csv file; raises EventsError with every bad row by its line, OSError when there is no file."""
    faults: list[tuple[int, str]] = []
    events: list[Event] = []
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise EventsError([(1, f"columns missing: {', '.join(missing)}")])
            for row in reader:
                if len(faults) >= _MOST_FAULTS:
                    break
                try:
                    events.append(_event(row, seen))
                except ValueError as error:
                    faults.append((reader.line_num, str(error)))
    except UnicodeDecodeError as error:
        raise EventsError([(0, "the file is not written in UTF-8")]) from error
    except csv.Error as error:
        raise EventsError([(0, f"the file is not a csv: {error}")]) from error
    if faults:
        raise EventsError(faults)
    return Events.of(events)


def _event(row: dict[str, str], seen: set[str]) -> Event:
    texts = {name: (row[name] or "").strip() for name in COLUMNS}
    empty = [name for name, text in texts.items() if not text and name not in _MAY_BE_EMPTY]
    if empty:
        raise ValueError(f"{empty[0]} is empty")
    if texts["event_id"] in seen:
        raise ValueError(f"event_id {texts['event_id']} is there twice")
    seen.add(texts["event_id"])
    return Event(
        id=texts["event_id"],
        at=_instant(texts["at"]),
        person=texts["person"],
        site=texts["site"],
        rank=_whole(texts["roll_rank"]),
        network=texts["network"],
        network_kind=_kind(texts["network_kind"]),
        device=texts["device"],
        client=texts["client"],
        seconds=_seconds(texts["seconds"]),
        stand=texts["stand"],
    )


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"at must be an instant in ISO 8601, not {text[:40]!r}") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _kind(text: str) -> NetworkKind:
    try:
        return NetworkKind(text.lower())
    except ValueError as error:
        raise ValueError(f"network_kind must be one of {', '.join(NetworkKind)}, not {text[:40]!r}") from error


def _whole(text: str) -> int | None:
    if not text:
        return None
    number = _number("roll_rank", text)
    if number != int(number):
        raise ValueError(f"roll_rank must be a whole number, not {text[:40]!r}")
    return int(number)


def _seconds(text: str) -> float | None:
    if not text:
        return None
    number = _number("seconds", text)
    if number < 0:
        raise ValueError("seconds cannot be negative")
    return number


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(f"{name} must be a number, not {text[:40]!r}") from error
    if not isfinite(number):
        raise ValueError(f"{name} must be a number, not {text[:40]!r}")
    return number
