"""A simulated electorate as two csv files: the events as detection reads them, and the truth about each."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from participatory.integrity.events import COLUMNS, Event
from participatory.integrity.simulation.making import Simulated

EVENTS, LABELS = "events.csv", "labels.csv"


def write_electorate(simulated: Simulated, folder: Path) -> None:
    """Write `events.csv` and `labels.csv` in a folder, made if need be: the same bytes for the same electorate."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / EVENTS, COLUMNS, (_row(event) for event in simulated.events))
    truth = ((event, label.kind, label.group) for event, label in simulated.labels.items())
    _write(folder / LABELS, ("event_id", "label", "group"), truth)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _row(event: Event) -> tuple[object, ...]:
    at = event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    rank = "" if event.rank is None else event.rank
    seconds = "" if event.seconds is None else event.seconds
    return (
        event.id, at, event.person, event.site, rank, event.network, event.network_kind.value, event.device,
        event.client, seconds, event.stand,
    )  # fmt: skip
