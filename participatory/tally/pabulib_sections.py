"""The outer shape of a `.pb` file: three tables of quoted fields, each under its title."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from participatory.tally.faults import Fault, Problems

TITLES = ("META", "PROJECTS", "VOTES")
# Column names are matched whatever their case; other columns keep theirs.
_KNOWN_COLUMNS = frozenset({"key", "value", "project_id", "cost", "name", "voter_id", "vote", "points", "selected"})


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one record, stripped of spaces, and the line where it begins."""

    line: int
    cells: list[str]


@dataclass
class Section:
    """One table: the line of its title, its column names and its rows."""

    line: int
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def last_line(self) -> int:
        """The line to name when something is missing from the table."""
        return self.rows[-1].line if self.rows else self.line

    def column(self, name: str) -> int | None:
        """The place of a column, or None when the table has none of that name."""
        return self.columns.index(name) if name in self.columns else None


def split_sections(text: str, problems: Problems) -> dict[str, Section]:
    """The tables of a file by their titles; empty lines are passed over."""
    sections: dict[str, Section] = {}
    current: Section | None = None
    for row in _rows(text, problems):
        title = _title(row)
        if title and title not in sections:
            current = sections[title] = Section(row.line)
        elif current is None:
            problems.add(row.line, Fault.OUTSIDE_SECTION)
            break
        elif not current.columns:
            current.columns = [_column_name(cell) for cell in row.cells]
        else:
            current.rows.append(row)
    return sections


def _rows(text: str, problems: Problems) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";", skipinitialspace=True)
    start = 1
    try:
        for cells in reader:
            if reader.line_num > start and _swallows_a_title(cells):
                problems.add(start, Fault.OPEN_QUOTE)
                return
            if any(cells):
                yield Row(start, [cell.strip() for cell in cells])
            start = reader.line_num + 1
    except csv.Error:
        problems.add(start, Fault.UNREADABLE)


def _swallows_a_title(cells: list[str]) -> bool:
    # A quotation mark that is never closed runs on to the end of the file, titles of sections included.
    return any(line.strip() in TITLES for cell in cells if "\n" in cell for line in cell.split("\n"))


def _title(row: Row) -> str | None:
    # A spreadsheet pads the title with empty fields up to the width of the table.
    title = row.cells[0].upper()
    return title if title in TITLES and not any(row.cells[1:]) else None


def _column_name(cell: str) -> str:
    return cell.lower() if cell.lower() in _KNOWN_COLUMNS else cell
