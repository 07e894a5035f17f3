"""A list of 60,000 people as an xlsx: read, checked and staged, beside the bare reading of its cells.

Seconds are wall-clock; memory is the highest resident size, added to what a process holds once
the application is loaded. Each of the two runs in a process of its own; the workbook that the
application opens is in a third, whose own size is given too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter

from participatory.identity.identifiers import check_letter
from participatory.rolls import unpacking

PEOPLE = 60_000
MOST_SECONDS = 15
MOST_MEGABYTES = 300
SITES = ("Toulouse", "Montpellier", "Albi", "Nîmes", "Perpignan", "Tarbes")
SCHOOLS = ("UT3", "0311383K", "Université de Nîmes", "INUC", "UPVD", "UM")

# The highest resident size of a process counts from its own start here, unlike what getrusage gives to a child.
_SIZE = """
def size(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name)) / 1024
"""
_BARE = (
    _SIZE
    + """
import json, sys, time
from python_calamine import CalamineWorkbook
base, start = size("VmRSS"), time.perf_counter()
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
took = time.perf_counter() - start
print(json.dumps({"rows": len(rows) - 1, "seconds": took, "megabytes": size("VmHWM") - base}))
"""
)
_READER = (
    _SIZE
    + """
import json, runpy, sys
sys.stdin, sys.stdout, said = open(sys.argv[1]), open("/dev/null", "w"), sys.stdout
sys.argv = [sys.argv[2], "200000"]
runpy.run_path(sys.argv[0], run_name="__main__")
print(json.dumps({"megabytes": size("VmHWM")}), file=said)
"""
)


def figures() -> dict[str, Any]:
    """The cost of staging the list, and of reading its cells and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liste.xlsx"
        write(path)
        staged = _run([sys.executable, "-m", "tests.bench.staging", str(path), folder])
        staged["reader_megabytes"] = _run([sys.executable, "-c", _READER, str(path), unpacking.__file__])["megabytes"]
        bare = _run([sys.executable, "-c", _BARE, str(path)])
        return {"file_megabytes": path.stat().st_size / 1024**2, "staged": staged, "bare": bare}


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def write(path: Path) -> None:
    """A list with an INE, an address, a site and an establishment for each person; one row in a hundred repeats."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Liste")
        sheet.write_row(0, 0, ("INE", "E-mail", "Site", "Établissement"))
        for number in range(PEOPLE):
            who = number - 1 if number % 100 == 99 else number
            digits = f"{1_000_000_000 + 7919 * who:010d}"
            place = who % len(SITES)
            email = f"prenom.nom{who}@etu.exemple.example"
            sheet.write_row(number + 1, 0, (digits + check_letter(digits), email, SITES[place], SCHOOLS[place]))


def markdown(found: dict[str, Any]) -> list[str]:
    """The figures as a table, with what they must reach."""
    staged, bare = found["staged"], found["bare"]
    return [
        f"| List of {PEOPLE} rows (xlsx, {found['file_megabytes']:.1f} MB) "
        "| seconds | of which processor | added MB | of which its reader |",
        "|---|---|---|---|---|",
        f"| read, checked, staged (at most {MOST_SECONDS} s, {MOST_MEGABYTES} MB) | {staged['seconds']:.1f} "
        f"| {staged['processor']:.1f} | {staged['megabytes'] + staged['reader_megabytes']:.0f} "
        f"| {staged['reader_megabytes']:.0f} |",
        f"| cells read by python-calamine alone | {bare['seconds']:.1f} | | {bare['megabytes']:.0f} | |",
        f"| ratio | {staged['seconds'] / bare['seconds']:.1f} | | | |",
    ]
