"""A program of its own that opens a workbook from outside and writes its rows as lines of JSON.

A workbook of a few kilobytes can ask for a terabyte once opened: one cell in the last corner of a
sheet is enough for the library to stop the whole process. So it is opened here, in a process that
`sheets.py` starts with bounded memory and time, and whose death is a sentence for the sender.

In: the file. Out: `{"sheet": name, "others": [names]}`, then lists of rows, each `[line, cell, cell…]`,
empty ones left out, or `{"fault": name}` (`password`, `unreadable`, `empty`, `large`, `rows`, `formula`). With
`--texts`, cells may be long texts and a workbook with formulas is refused. It imports nothing of the application.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_MEMORY = 1024**3
MOST_SECONDS = 30
# What the parts of the workbook may weigh once unpacked: 200,000 rows of our columns weigh a quarter of it.
MOST_UNPACKED = 250 * 1024**2
MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 500
LONGEST_TEXT = 10_000
# How a formula begins in the parts of a workbook (xlsx, ods).
_FORMULAS = (b"<f>", b"<f ", b"<f/", b"table:formula=")
_PIECE = 1024**2
# How many rows make a line of the answer.
TOGETHER = 500

Cell = int | float | str | bool | time | date | datetime | timedelta


class Fault(Exception):  # noqa: N818 — the application makes a sentence of it.
    """A workbook that is not read; the argument names why."""


def main() -> None:
    """Read the standard input, write to the standard output; the argument is the most rows to give."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    texts = "--texts" in sys.argv
    try:
        for line in lines(sys.stdin.buffer.read(), int(sys.argv[1]), texts=texts):
            sys.stdout.write(line + "\n")
    except Fault as fault:
        sys.stdout.write(json.dumps({"fault": str(fault)}) + "\n")


def lines(content: bytes, most: int, *, texts: bool = False) -> Iterator[str]:
    """The lines of JSON for a workbook; at most `most` rows. Raises Fault."""
    workbook = _opened(content)
    if texts and _has_formulas(content):
        raise Fault("formula")
    sheet, others = _first_filled(workbook)
    yield json.dumps({"sheet": sheet.name, "others": others})
    # The library gives the empty rows above the content, and not the empty columns before it.
    before = [""] * min((sheet.start or (0, 0))[1], MOST_COLUMNS)
    rows = islice(_rows(sheet, before, LONGEST_TEXT if texts else LONGEST_CELL), most)
    while together := list(islice(rows, TOGETHER)):
        yield json.dumps(together)


def _has_formulas(content: bytes) -> bool:
    """Whether a cell of a workbook is computed; what a workbook of before 2007 computes cannot be told from a value."""
    if not content.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if "worksheets/" in name or name == "content.xml"]
        return any(_holds_formula(archive, name) for name in parts)


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    kept = b""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            if any(mark in kept + piece for mark in _FORMULAS):
                return True
            kept = piece[-20:]
    return False


def _rows(sheet: CalamineSheet, before: list[str], longest: int) -> Iterator[list[int | str]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [as_text(cell, longest) for cell in row[:MOST_COLUMNS]]
        if any(cells):
            yield [number, *before, *cells]


def _opened(content: bytes) -> CalamineWorkbook:
    if content.startswith(b"PK") and _unpacked_size(content) > MOST_UNPACKED:
        raise Fault("large")
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise Fault("password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Fault("unreadable") from error


def _unpacked_size(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Fault("unreadable") from error


def _first_filled(workbook: CalamineWorkbook) -> tuple[CalamineSheet, list[str]]:
    """The first sheet that can be seen and has content, and the names of the others that can be seen."""
    names = [
        each.name
        for each in workbook.sheets_metadata
        if each.visible is SheetVisibleEnum.Visible and each.typ is SheetTypeEnum.WorkSheet
    ]
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height > MOST_ROWS:
            raise Fault("rows")
        if sheet.height:
            return sheet, [other for other in names if other != name]
    raise Fault("empty")


def as_text(cell: Cell, longest: int = LONGEST_CELL) -> str:
    """A cell as it was typed: a spreadsheet makes a number with decimals of a student number."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)[:longest].strip()


if __name__ == "__main__":
    main()
