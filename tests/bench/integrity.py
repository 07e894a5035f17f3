"""Detection on electorates that never existed: what it finds of each attacker, whom it troubles for nothing, its cost.

Options: `--seed-from N` (the first seed), `--seeds N` (how many electorates), `--voters N`, `--write` (writes
`docs/integrity-figures.md`). One electorate in two has that many people on the roll, the other that many ballots cast.
Times are of the processor; each size is assessed in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from participatory.integrity.assessing import Assessment, assess
from participatory.integrity.events import Event, Events, read_events
from participatory.integrity.rules import NetworkKind
from participatory.integrity.simulation.electorate import Electorate, Kind
from participatory.integrity.simulation.files import EVENTS, write_electorate
from participatory.integrity.simulation.making import Simulated, simulate
from tests.bench.integrity_words import CAMPUS, page, tables

VOTERS, SEEDS, SEED_FROM = 27_000, 20, 7_000
SIZES = (27_000, 270_000)
ROUNDS = 3
# A campus network is judged by itself from so many ballots on.
ENOUGH = 200
SITE_SIZES = ((0, 100), (100, 200), (200, 1_000), (1_000, 4_000), (4_000, 10**9))
PAGE = Path(__file__).parents[2] / "docs" / "integrity-figures.md"

# Found and all, or flagged and all.
Share = tuple[int, int]


def option(name: str, default: int) -> int:
    """The number after an option of the command line."""
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


def asked(seed: int, voters: int) -> Electorate:
    """What is asked of the electorate of that seed: so many on the roll, or so many who vote."""
    if seed % 2 == 0:
        return Electorate(voters=voters)
    turnout = float(np.random.default_rng([seed, 1]).uniform(0.15, 0.60))
    return Electorate(voters=round(voters / turnout), turnout=(turnout, turnout))


def measured(seed: int, electorate: Electorate) -> dict[str, Any]:
    """All the figures of one electorate."""
    simulated = simulate(seed, electorate)
    events = Events.of(simulated.events)
    start = time.process_time()
    assessment = assess(events)
    seconds = time.process_time() - start
    return {"seed": seed, "events": len(events), "seconds": seconds} | counted(simulated, assessment)


def counted(simulated: Simulated, assessment: Assessment) -> dict[str, Any]:
    """What was flagged beside the truth, by attacker and by circumstance."""
    flagged = {flag.event_id for flag in assessment.flagged}
    labels, manners = simulated.labels, simulated.manners
    attacks = [event for event in simulated.events if not labels[event.id].honest]
    honest = [event for event in simulated.events if labels[event.id].honest]
    # A stand that nobody declared looks like a farm: it is told apart.
    plain = [event for event in honest if labels[event.id].kind is not Kind.UNDECLARED_STAND]
    campus = [event for event in plain if event.network_kind is NetworkKind.CAMPUS]

    def shares(events: Iterable[Event], key: Callable[[Event], str]) -> dict[str, Share]:
        return shares_of(events, key, flagged)

    return {
        "attackers": shares(attacks, lambda event: labels[event.id].kind),
        "attacks": shares(attacks, lambda event: labels[event.id].group),
        "manners": {group: [group.rpartition("-")[0], manner] for group, manner in manners.items()},
        "honest": shares(plain, lambda _event: "")[""],
        "circumstances": shares(honest, lambda event: labels[event.id].kind),
        "networks": shares(plain, lambda event: event.network_kind),
        "campus": worst(campuses := shares(campus, lambda event: event.network)),
        "campuses": over(campuses),
        "sites": shares(plain, lambda event: bucket(simulated.sizes[event.site])),
        "cases": cases(simulated, assessment),
    }


def shares_of(events: Iterable[Event], key: Callable[[Event], str], flagged: set[str]) -> dict[str, Share]:
    """How many are flagged and how many there are, for each value of the key."""
    all_, found = Counter[str](), Counter[str]()
    for event in events:
        all_[str(key(event))] += 1
        found[str(key(event))] += event.id in flagged
    return {name: (found[name], many) for name, many in all_.items()}


def worst(shares: dict[str, Share]) -> Share:
    """That of the campus network with the highest share among those with enough ballots."""
    return max(
        (share for share in shares.values() if share[1] >= ENOUGH),
        key=lambda share: share[0] / share[1],
        default=(0, 0),
    )


def over(shares: dict[str, Share]) -> Share:
    """How many of the campus networks with enough ballots have a higher share than what is asked, and how many are."""
    judged = [share for share in shares.values() if share[1] >= ENOUGH]
    return sum(flagged > CAMPUS * many for flagged, many in judged), len(judged)


def bucket(size: int) -> str:
    """The range of sizes that a site is in, by its roll."""
    low, high = next((low, high) for low, high in SITE_SIZES if low <= size < high)
    return f"{low:,} and more" if high == SITE_SIZES[-1][1] else f"{low:,} to {high - 1:,}"


def cases(simulated: Simulated, assessment: Assessment) -> dict[str, int]:
    """How many cases there are, by who cast most of their ballots."""
    found: dict[str, int] = defaultdict(int)
    for case in assessment.cases:
        kinds = [simulated.labels[each] for each in case.event_ids]
        honest = sum(label.honest for label in kinds)
        undeclared = sum(label.kind is Kind.UNDECLARED_STAND for label in kinds)
        if 2 * honest <= len(kinds):
            found["attacks"] += 1
        elif 2 * undeclared >= honest:
            found["undeclared stands"] += 1
        else:
            found["honest"] += 1
    return {name: found[name] for name in ("attacks", "undeclared stands", "honest")}


def cost(file: Path) -> dict[str, float]:
    """Seconds to read a file of events bare, to read them for assessment and to assess them; the peak in megabytes."""
    bare = _timed(lambda: _read_bare(file))
    start = time.process_time()
    events = read_events(file)
    read = time.process_time() - start
    assessed = _timed(lambda: assess(events))
    return {"events": len(events), "bare": bare, "read": read, "assess": assessed, "peak_mb": _peak()}


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _read_bare(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as rows:
        return sum(len(row) for row in csv.reader(rows))


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def costs(sizes: Iterable[int] = SIZES, rounds: int = ROUNDS) -> dict[int, list[dict[str, float]]]:
    """Each size as often as asked, each time in a process of its own; half of the roll votes."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            place = Path(folder) / str(size)
            write_electorate(simulate(size, Electorate(voters=2 * size, turnout=(0.5, 0.5))), place)
            command = [sys.executable, "-m", "tests.bench.integrity", str(place / EVENTS)]
            found[size] = [
                json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                for _ in range(rounds)
            ]
            print(f"{size} events done", file=sys.stderr)
    return found


def figures() -> dict[str, Any]:
    """Every electorate, and what the two sizes cost."""
    first, many = option("--seed-from", SEED_FROM), option("--seeds", SEEDS)
    voters = option("--voters", VOTERS)
    electorates = []
    for seed in range(first, first + many):
        electorates.append(measured(seed, asked(seed, voters)))
        print(f"electorate {seed} done", file=sys.stderr)
    return {"seed_from": first, "voters": voters, "electorates": electorates, "costs": costs()}


def markdown(found: dict[str, Any]) -> Iterator[str]:
    """The tables; with --write, also the page of the documentation."""
    if "--write" in sys.argv:
        PAGE.write_text("\n".join(page(found)) + "\n", encoding="utf-8")
    yield from tables(found)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].endswith(".csv"):
        print(json.dumps(cost(Path(sys.argv[1]))))
    else:
        print("\n".join(markdown(figures())))
