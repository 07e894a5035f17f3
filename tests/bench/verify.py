"""`participatory verify` of bundles made by hand, beside reading and hashing the same files bare.

Each size is verified in a process of its own, five times, so that its peak of memory is its own.
Times are of the processor. 100,000 ballots in two contests, ten choices each, a journal row for every ballot,
counted by equal shares; reading bare is what any check of digests must do.
"""

from __future__ import annotations

import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from participatory.verification.bundle import Bundle
from participatory.verification.checks import exit_code, verify
from participatory.verification.source import source_of
from tests.verification.making import World, rulebook

SIZES = (10_000, 100_000)
ROUNDS = 5
# What issue 5 asks of the larger size: seconds of the processor, and megabytes.
MOST_SECONDS, MOST_MEMORY = 20, 500


def make(size: int, folder: Path) -> None:
    """A bundle of that many voters, in order; the ciphertexts alone are made up."""
    book = rulebook("approval", ballot_max=10)
    World(book, voters=size, projects_count=100, sealing=False).write(folder)


def bare(folder: Path) -> float:
    """Seconds to read and hash every file."""
    start = time.process_time()
    for path in folder.rglob("*"):
        if path.is_file():
            hashlib.sha256(path.read_bytes()).hexdigest()
    return time.process_time() - start


def measure(folder: Path) -> dict[str, Any]:
    """Seconds of the ten checks and in all, the bare seconds beside them, and the peak of memory in megabytes."""
    bundle, steps, start = Bundle(source_of(folder)), [], time.process_time()
    findings = []
    for found in verify(bundle):
        findings.append(found)
        steps.append(time.process_time() - start - sum(steps))
    seconds = time.process_time() - start
    assert exit_code(findings) == 0, [found.faults for found in findings]
    return {"seconds": seconds, "steps": steps, "peak_mb": peak(), "bare": bare(folder)}


def peak() -> int:
    """The most memory that this process has held, in megabytes; `ru_maxrss` would begin with that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def figures() -> dict[int, list[dict[str, Any]]]:
    """Each size, five times."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            place = Path(folder) / str(size)
            make(size, place)
            found[size] = [_apart(place) for _ in range(ROUNDS)]
            print(f"{size} ballots done", file=sys.stderr)
    return found


def _apart(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.verify", str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(answer.stdout)
    return measured


def markdown(found: dict[int, list[dict[str, Any]]]) -> Iterator[str]:
    """The table, the checks that take longest, and how the cost grows."""
    yield "\n### Verification of a bundle: two contests, ten choices, a journal row for each ballot\n"
    yield "| Ballots | What | min | median | max |"
    yield "|---|---|---|---|---|"
    for size, runs in found.items():
        rows = {
            "seconds of the processor": [run["seconds"] for run in runs],
            "times the bare reading and hashing": [run["seconds"] / run["bare"] for run in runs],
            "peak memory in MB": [run["peak_mb"] for run in runs],
        }
        for what, values in rows.items():
            spread = " | ".join(f"{value:.1f}" for value in (min(values), statistics.median(values), max(values)))
            yield f"| {size:,} | {what} | {spread} |"
    small, large = (statistics.median(run["seconds"] for run in found[size]) for size in SIZES)
    steps = [statistics.median(run["steps"][at] for run in found[SIZES[-1]]) for at in range(10)]
    said = ", ".join(f"{number} {step:.1f} s" for number, step in enumerate(steps, start=1) if step >= 0.1)
    yield f"\nTen times more ballots cost {large / small:.1f} times more. At {SIZES[-1]:,}, by check: {said}."
    memory = max(run["peak_mb"] for run in found[SIZES[-1]])
    kept = large < MOST_SECONDS and memory < MOST_MEMORY
    yield f"Asked: under {MOST_SECONDS} s and {MOST_MEMORY} MB: {'kept' if kept else 'NOT KEPT'}."


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.set_int_max_str_digits(0)
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        print("\n".join(markdown(figures())))
