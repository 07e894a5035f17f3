"""The tables for reuse: made only of the results, so that anybody can make them again.

UTF-8, commas, LF, one header row, amounts in cents; texts that a spreadsheet would run as formulas are made harmless.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from participatory.core.spreadsheets import harmless
from participatory.verification.canonical import table
from participatory.verification.layout import MAIN

PROJECTS_TABLE, TURNOUT_TABLE = "tables/projects.csv", "tables/turnout.csv"
_NUMBERS = ("rank", "order", "votes", "score", "cost_cents", "paid_cents")
_PLACES = ("site", "site_kind", "department", "theme")
PROJECT_FIELDS = (
    "contest", "rank", "id", "title", "state", "order", "stage", "part", "reason", "by", "votes", "score",
    "cost_cents", "paid_cents", *_PLACES,
)  # fmt: skip
TURNOUT_FIELDS = ("contest", "site", "voters", "signatures")


def tables_of(results: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """The tables by their paths in the bundle; `results` holds the result of each contest by its key.

    Turnout begins, for each contest, with the whole roll, whose site is empty.
    """
    keys = sorted(results, key=lambda contest: (contest != MAIN, contest))
    projects = (_project(key, project) for key in keys for project in results[key]["projects"])
    turnout = (row for key in keys for row in _turnout(key, results[key]["electorate"]))
    return {
        PROJECTS_TABLE: table(PROJECT_FIELDS, projects),
        TURNOUT_TABLE: table(TURNOUT_FIELDS, turnout),
    }


def _project(contest: str, project: Mapping[str, Any]) -> list[object]:
    row = {"contest": contest} | {name: _said(project[name]) for name in PROJECT_FIELDS[1:]}
    return [row[name] if name in _NUMBERS else harmless(row[name]) for name in PROJECT_FIELDS]


def _turnout(contest: str, electorate: Mapping[str, Any]) -> Iterator[list[object]]:
    yield [contest, "", _said(electorate["roll"]), _said(electorate["signatures"])]
    for cell in electorate["by_site"]:
        yield [contest, harmless(cell["site"]), cell["voters"], _said(cell["signatures"])]


def _said(value: object) -> object:
    return "" if value is None else value
