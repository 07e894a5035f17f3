"""The tally in `make bench`: synthetic electorates of 300 projects and 10 approvals, pabutools beside ours.

Each size is measured in a process of its own, so that its peak of memory is its own.
Times are of the processor, in seconds, over five counts of the same loaded election:
reading the `.pb`, loading it into arrays and counting are told apart.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from participatory.tally.election import Ballot, Election, Project
from participatory.tally.methods import Completion, Method, RuleName
from participatory.tally.pabulib import read_file, write_election
from participatory.tally.profile import Profile
from participatory.tally.rules import run_profile
from participatory.tally.stages import Spending
from participatory.tally.terms import Terms
from tests.tally.oracle.client import Oracle, TooSlow

SIZES = (1_000, 10_000, 27_000, 100_000, 270_000)
PROJECTS = 300
APPROVALS = 10
ROUNDS = 5
# pabutools is asked for what it may finish: the limit is in seconds of the clock for each count.
ORACLE_SECONDS = 900
ORACLE_SIZES = {"mes": (1_000, 10_000, 27_000), "add1": (1_000, 10_000, 27_000), "phragmen": (1_000, 10_000)}

# δ is such that add1 ends within 16 counts on these electorates.
METHODS = {
    "greedy": Method(RuleName.GREEDY),
    "greedy-per-cost": Method(RuleName.GREEDY_PER_COST),
    "mes": Method(RuleName.MES),
    "add1": Method(RuleName.MES, completion=Completion.ADD1, step=Fraction(1, 50), step_is_share=True),
    "phragmen": Method(RuleName.PHRAGMEN),
}


def electorate(ballots: int) -> Election:
    """A made-up approval election, the same each time: some projects are dear to many, most to few."""
    drawn = random.Random(37)  # noqa: S311 — the same numbers each time are what is wanted.
    projects = tuple(Project(f"p{n:03d}", drawn.randint(2_000, 30_000)) for n in range(PROJECTS))
    cast = tuple(Ballot(str(n), _approvals(drawn, projects)) for n in range(ballots))
    budget = sum(project.cost for project in projects) // 3
    meta = {"vote_type": "approval", "budget": str(budget)}
    return Election(meta, projects, cast, budget)


def _approvals(drawn: random.Random, projects: tuple[Project, ...]) -> tuple[tuple[str, int], ...]:
    chosen: set[int] = set()
    while len(chosen) < APPROVALS:
        chosen.add(int(drawn.random() ** 1.7 * len(projects)))
    return tuple((projects[place].id, 1) for place in sorted(chosen))


def times(work: Callable[[], object]) -> list[float]:
    """Processor seconds of each of five calls."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return taken


def peak() -> int:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(file: Path) -> dict[str, Any]:
    """All figures of one file: seconds of five repetitions by what was done, and peaks of memory in megabytes."""
    start = time.process_time()
    election = read_file(file)
    read, read_peak = time.process_time() - start, peak()
    start = time.process_time()
    profile, terms = Profile.of(election), Terms(election.budget)
    load = time.process_time() - start
    del election
    seconds, runs = {"read": [read], "load": [load]}, {}
    for name, method in METHODS.items():
        seconds[name] = times(lambda method=method: Spending(profile, method, terms).stages())
        stages = Spending(profile, method, terms).stages()
        runs[name] = stages[-1].report().runs
    seconds["mes, explained"] = times(lambda: run_profile(profile, METHODS["mes"], terms))
    return {"seconds": seconds, "runs": runs, "peak_mb": {"read": read_peak, "all": peak()}}


def measured_by_size() -> Iterator[tuple[int, dict[str, Any]]]:
    """Our figures for each size, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            file = Path(folder) / f"{size}.pb"
            file.write_text(write_election(electorate(size)), encoding="utf-8")
            command = [sys.executable, "-m", "tests.bench.tally", str(file)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
            yield size, json.loads(answer.stdout)


def beside_pabutools(size: int, ours: dict[str, Any]) -> dict[str, Any]:
    """What pabutools takes for the same counts, once each, and how many times less ours takes at the median."""
    found: dict[str, Any] = {}
    election = electorate(size)
    oracle = Oracle()
    for name, sizes in ORACLE_SIZES.items():
        if size not in sizes:
            continue
        try:
            taken = oracle.seconds(election, METHODS[name], add1=name == "add1", seconds=ORACLE_SECONDS)
        except TooSlow:
            found[name] = None
        else:
            found[name] = {"seconds": taken, "times": taken / statistics.median(ours["seconds"][name])}
    oracle.close()
    return found


def figures() -> dict[int, dict[str, Any]]:
    """Every size, ours and beside it what pabutools takes."""
    found = {}
    for size, ours in measured_by_size():
        found[size] = ours | {"pabutools": beside_pabutools(size, ours)}
        print(f"{size} ballots done", file=sys.stderr)
    return found


def markdown(found: dict[int, dict[str, Any]]) -> Iterator[str]:
    """The table, and how the cost grows with ten times more ballots."""
    yield f"\n### The tally: {PROJECTS} projects, {APPROVALS} approvals a ballot, processor seconds\n"
    yield "| Ballots | What | min | median | max | counts made | pabutools | times slower |"
    yield "|---|---|---|---|---|---|---|---|"
    for size, ours in found.items():
        for row in rows(size, ours):
            yield "| " + " | ".join(row) + " |"
        peaks = ours["peak_mb"]
        yield f"| {size:,} | peak memory in MB, reading alone and in all | {peaks['read']} | | {peaks['all']} | | | |"
    small, large = (found[size]["seconds"] for size in (27_000, 270_000))
    growth = [f"{name} {statistics.median(large[name]) / statistics.median(small[name]):.1f}" for name in large]
    yield f"\nTen times more ballots (27,000 to 270,000) cost this many times more: {', '.join(growth)}."


def rows(size: int, ours: dict[str, Any]) -> Iterator[list[str]]:
    """The lines of one size, in seconds of the processor."""
    for name, seconds in ours["seconds"].items():
        spread = [f"{value:.3f}" for value in (min(seconds), statistics.median(seconds), max(seconds))]
        runs = ours["runs"].get(name)
        yield [f"{size:,}", name, *spread, "" if runs is None else str(runs), *_beside(name, ours["pabutools"])]


def _beside(name: str, pabutools: dict[str, Any]) -> list[str]:
    if name not in pabutools:
        return ["", ""]
    if pabutools[name] is None:
        return [f"over {ORACLE_SECONDS}", ""]
    return [f"{pabutools[name]['seconds']:.1f}", f"{pabutools[name]['times']:.0f}"]


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].endswith(".pb"):
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        print("\n".join(markdown(figures())))
