"""The opinion map of 2,000 people and 300 statements, every vote given: beside the bare reading and one decomposition.

Seconds are of the processor. The whole runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from participatory.opinion.analysis import analyse
from participatory.opinion.reading import read_votes

PEOPLE, STATEMENTS = 2_000, 300
MOST_SECONDS, MOST_MEGABYTES = 60, 300


def write(path: Path) -> None:
    """Three camps of opinion, that nobody follows on everything."""
    drawn = random.Random(8)  # noqa: S311 — the same numbers each time are what is wanted.
    leaning = [[drawn.random() for _ in range(STATEMENTS)] for _ in range(3)]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["timestamp", "datetime", "comment-id", "voter-id", "vote"])
        for person in range(PEOPLE):
            for statement, leans in enumerate(leaning[person % 3]):
                point = drawn.random()
                rows.writerow([1, "", statement, person, 1 if point < 0.9 * leans else -1 if point < 0.95 else 0])


def measure(file: Path) -> dict[str, Any]:
    """Reading and the whole map, and what each is compared with."""
    start = time.process_time()
    votes = read_votes(file)
    read = time.process_time() - start
    start = time.process_time()
    found = analyse(votes)
    mapped = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    start = time.process_time()
    with file.open(encoding="utf-8", newline="") as opened:
        rows = sum(1 for _ in csv.reader(opened)) - 1
    bare = time.process_time() - start
    start = time.process_time()
    np.linalg.svd(votes.values, full_matrices=False)
    decomposed = time.process_time() - start
    seconds = {"read": read, "map": mapped, "bare": bare, "svd": decomposed}
    return {"rows": rows, "seconds": seconds, "peak_mb": peak, "groups": len(found.groups)}


def figures() -> dict[str, Any]:
    """The figures, from a process that does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.csv"
        write(file)
        command = [sys.executable, "-m", "tests.bench.opinion", str(file)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def markdown(found: dict[str, Any]) -> list[str]:
    """The table, with what must be kept."""
    taken = found["seconds"]
    return [
        f"\n### The opinion map: {PEOPLE:,} people, {STATEMENTS} statements, {found['rows']:,} votes\n",
        "| What | processor seconds | ratio |",
        "|---|---|---|",
        f"| reading the votes, beside csv.reader alone | {taken['read']:.2f} | {taken['read'] / taken['bare']:.1f} |",
        f"| map and verdict (at most {MOST_SECONDS} s), beside one SVD of the matrix; 41 maps are made "
        f"| {taken['map']:.1f} | {taken['map'] / taken['svd']:.0f} |",
        f"\nAt most {found['peak_mb']} MB of memory (limit {MOST_MEGABYTES}), {found['groups']} groups found.",
    ]


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
