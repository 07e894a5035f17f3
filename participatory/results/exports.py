"""The published result as files for other programs.

CSV: UTF-8 with a mark for spreadsheets, commas, one header row, amounts in the currency
with a point; texts that a spreadsheet would run as formulas are made harmless. SQLite: projects,
ballots in the order of their choices, and full text on titles; every id is text.
"""

import csv
import io
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlite_utils

from participatory.core.spreadsheets import harmless
from participatory.results.editions import Data
from participatory.results.reading import Result
from participatory.tally.pabulib import read_election

FIELDS = (
    "rank", "id", "title", "state", "stage", "reason", "votes", "score", "cost", "votes_missing", "cost_would_pass",
    "site", "site_kind", "department", "theme", "floors", "page",
    "position", "part", "paid", "price", "reason_by", "supporters_left", "supporters_missing",
)  # fmt: skip
COMPARISON_FIELDS = (
    "rule", "official", "id", "title", "funded", "position", "cost", "site", "site_kind", "theme",
)  # fmt: skip
_NUMBERS = frozenset({"rank", "votes", "score", "votes_missing", "position", "official", "funded"})


def as_csv(result: Result) -> str:
    """One row for each project, by rank."""
    return _table(FIELDS, (_row(project) for project in result.data["projects"]))


def comparison_as_csv(result: Result) -> str:
    """One row for each rule and each project: whether the rule funds it, and as which in its order."""
    return _table(COMPARISON_FIELDS, _compared(result))


def _table(fields: Sequence[str], rows: Iterable[Data]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(fields)
    for row in rows:
        written = {name: "" if row[name] is None else row[name] for name in fields}
        # A score may be negative: it stays a number, and texts alone are made harmless.
        writer.writerow([written[name] if name in _NUMBERS else harmless(written[name]) for name in fields])
    return "\ufeff" + out.getvalue()


def _row(project: Data) -> Data:
    purse = project["purse"] or {}
    return {name: project.get(name) for name in FIELDS} | {
        "cost": _decimal(project["cost_cents"]),
        "cost_would_pass": _decimal(project["cost_would_pass_cents"]),
        "position": project["order"],
        "reason_by": project["by"],
        "paid": _decimal(project["paid_cents"]),
        "price": _decimal(project["price_cents"]),
        "supporters_left": _decimal(purse.get("left_cents")),
        "supporters_missing": _decimal(purse.get("missing_cents")),
        "floors": " ".join(project["floors"]),
        "page": f"/projets/{project['slug']}",
    }


def _compared(result: Result) -> Iterator[Data]:
    for place, alternative in enumerate(result.data["alternatives"]):
        order = {project: number for number, project in enumerate(alternative["winners"], start=1)}
        for project in result.data["projects"]:
            yield {name: project.get(name) for name in COMPARISON_FIELDS} | {
                "rule": alternative["method"]["label"],
                "official": int(place == 0),
                "funded": int(project["id"] in order),
                "position": order.get(project["id"]),
                "cost": _decimal(project["cost_cents"]),
            }


def _decimal(cents: int | None) -> str:
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"


def sqlite_file(folder: Path, digest: str, result: Result, election: str) -> Path:
    """The SQLite edition of a result, made at its first use; `election` is the published `.pb` text.

    Two processes that make it at once both succeed: each builds its own and the last takes the place.
    """
    path = folder / f"{digest}.sqlite"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{digest}.{secrets.token_hex(8)}"
    try:
        _build(draft, result, election)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    os.utime(path)
    return path


def _build(path: Path, result: Result, election: str) -> None:
    database = sqlite_utils.Database(path)
    ballots = read_election(election).ballots
    _about(database, result)
    _create_tables(database)
    database.table("projects").insert_all(_stored(project) for project in result.data["projects"])
    database.table("ballots").insert_all(
        {"ballot": number, "choices": len(ballot.choices)} for number, ballot in enumerate(ballots, start=1)
    )
    database.table("choices").insert_all(
        {"ballot": number, "project": project, "points": points}
        for number, ballot in enumerate(ballots, start=1)
        for project, points in ballot.choices
    )
    database.table("comparison").insert_all(
        {"rule": alternative["method"]["label"], "project": project, "position": position}
        for alternative in result.data["alternatives"]
        for position, project in enumerate(alternative["winners"], start=1)
    )
    database.table("projects").enable_fts(["title"], tokenize="unicode61 remove_diacritics 2")
    database.create_view("winners", "select * from projects where state <> 'not_funded' order by rank")
    database.close()


def _create_tables(database: sqlite_utils.Database) -> None:
    """The tables, also of a result that has nothing to put into them."""
    project = ("project", "projects", "id")
    database.table("projects").create(_COLUMNS, pk="id")
    database.table("ballots").create({"ballot": int, "choices": int}, pk="ballot")
    database.table("choices").create(
        {"ballot": int, "project": str, "points": int},
        pk=("ballot", "project"),
        foreign_keys=[("ballot", "ballots", "ballot"), project],
    )
    database.table("comparison").create(
        {"rule": str, "project": str, "position": int}, pk=("rule", "project"), foreign_keys=[project]
    )


_COLUMNS: dict[str, type] = {
    "id": str, "rank": int, "title": str, "state": str, "stage": str, "reason": str, "votes": int, "score": int,
    "cost_cents": int, "votes_missing": int, "cost_would_pass_cents": int, "site": str, "site_kind": str,
    "department": str, "theme": str, "floors": str, "position": int, "part": str, "paid_cents": int, "price_cents": int,
    "reason_by": str, "supporters_left_cents": int, "supporters_missing_cents": int,
}  # fmt: skip


def _stored(project: Data) -> Data:
    purse = project["purse"] or {}
    return {name: project.get(name) for name in _COLUMNS} | {
        "floors": " ".join(project["floors"]),
        "position": project["order"],
        "reason_by": project["by"],
        "supporters_left_cents": purse.get("left_cents"),
        "supporters_missing_cents": purse.get("missing_cents"),
    }


def _about(database: sqlite_utils.Database, result: Result) -> None:
    data = result.data
    facts = {
        "title": data["round"]["title"],
        "round": data["round"]["id"],
        "origin": data["round"]["origin"],
        "currency": result.currency,
        "rule": data["count"]["rule"],
        "satisfaction": result.method.get("sat"),
        "completion": result.method.get("completion"),
        "ties": data["count"]["ties"],
        "seed": data["count"]["seed"],
        "budget_cents": str(data["budget_cents"]),
        "cost_cents": str(data["cost_cents"]),
        "remainder_cents": str(data["remainder_cents"]),
        "rulebook_digest": data["rulebook"]["digest"],
    }
    rows = [{"key": key, "value": value} for key, value in facts.items()]
    database.table("about").insert_all(rows, pk="key", columns={"key": str, "value": str})
