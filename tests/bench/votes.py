"""Casts over HTTP beside durable commits of one row, in the same database, from as many processes, in one run.

The service is gunicorn as it is shipped: two processes, the counters of limits in the database and the queue of jobs
on the disk, unless a row says that both are in memory. The reference is two processes that each insert one row and
commit it durably, again and again, without Python in between. Everybody votes for the first time; people who vote
are threads on the same machine, so that they take part of its processors. The idle share says how busy it was.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from participatory.ballots.proofs import as_text
from tests.conftest import prepare
from tests.faults.ledger import Ledger
from tests.faults.postgresql import Server
from tests.faults.service import Service

PROCESSES = 2
PEOPLE = 16
ROUNDS = 3
VOTES = int(os.environ.get("BENCH_VOTES", "320"))
COMMITS = 400


def figures() -> dict[str, dict[str, float]]:
    """Casts and bare commits per second, their ratio, and how idle the machine was, for each database."""
    found = {}
    for name in ("SQLite", "PostgreSQL"):
        for memory in (False, True):
            label = f"{name}, limits and jobs in memory" if memory else name
            with tempfile.TemporaryDirectory() as folder, _database(name) as url:
                found[label] = _beside(Path(folder), url, memory)
    return found


@contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "SQLite":
        yield ""
        return
    server = Server()
    try:
        yield server.url
    finally:
        server.remove()


def _beside(folder: Path, url: str, memory: bool) -> dict[str, float]:
    service = Service(folder, url, workers=PROCESSES, in_memory=memory)
    prepare(service.app)
    service.start()
    try:
        voting = Ledger(service, voters=VOTES * (ROUNDS + 1))
        _cast(voting, 0)
        pairs = []
        for turn in range(1, ROUNDS + 1):
            commits = _measured(lambda: _commit(folder, url), COMMITS * PROCESSES)
            pairs.append((commits, _measured(lambda turn=turn: _cast(voting, turn), VOTES)))
    finally:
        service.stop()
    ratios = [mine[0] / bare[0] for bare, mine in pairs]
    return {
        "commits": statistics.median(bare[0] for bare, _mine in pairs),
        "casts": statistics.median(mine[0] for _bare, mine in pairs),
        "min": min(ratios),
        "median": statistics.median(ratios),
        "max": max(ratios),
        "idle while committing": statistics.median(bare[1] for bare, _mine in pairs),
        "idle while casting": statistics.median(mine[1] for _bare, mine in pairs),
    }


def _measured(work: Callable[[], float], times: int) -> tuple[float, float]:
    """How many per second, and the share of the processors that nobody used meanwhile."""
    before = _processors()
    seconds = work()
    after = _processors()
    return times / seconds, (after[0] - before[0]) / max(1, after[1] - before[1])


def _processors() -> tuple[int, int]:
    """Idle ticks and all ticks of the machine since it started."""
    ticks = [int(each) for each in Path("/proc/stat").read_text("utf-8").splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def _cast(voting: Ledger, turn: int) -> float:
    """Seconds that it takes these voters to cast a ballot each, encrypted before the clock starts."""
    mine = voting.voters[turn * VOTES : (turn + 1) * VOTES]
    posts = []
    for voter in mine:
        fields = {"csrf_token": voter.csrf, "key": secrets.token_urlsafe(24)}
        body = urlencode(fields | {"ciphertext": as_text(voting.seal(voting.projects[:3]))})
        posts.append((body, {"Cookie": f"session={voter.cookie}", "Content-Type": "application/x-www-form-urlencoded"}))
    path = f"/budgets/{voting.slug}/urne/deposer"

    def post(part: list[tuple[str, dict[str, str]]]) -> None:
        connection = HTTPConnection(*voting.service.address, timeout=120)
        for body, head in part:
            connection.request("POST", path, body, head)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 303, answer.status
        connection.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(post, [posts[number::PEOPLE] for number in range(PEOPLE)]))
    return time.perf_counter() - start


def _commit(folder: Path, url: str) -> float:
    """Seconds for the bare commits, from as many processes; they say when they are ready and are let go at once."""
    command = [sys.executable, "-m", "tests.bench.votes", str(folder), url]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    start = time.perf_counter()
    for process in running:
        process.communicate(b"\n")
    return time.perf_counter() - start


def bare(folder: str, url: str) -> None:
    """One of the processes of the reference."""
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS bare (text TEXT)")
            _one_by_one(lambda: connection.execute("INSERT INTO bare VALUES ('x')"))
        return
    database = sqlite3.connect(Path(folder) / "bare.sqlite", isolation_level=None, timeout=60)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE IF NOT EXISTS bare (text TEXT)")
    _one_by_one(lambda: database.execute("INSERT INTO bare VALUES ('x')"))
    database.close()


def _one_by_one(insert: Callable[[], object]) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(COMMITS):
        insert()


def markdown(found: dict[str, dict[str, float]]) -> Iterator[str]:
    """The figures as a table."""
    yield "| Votes over HTTP | commits of one row per second | casts per second | ratio, min | median | max | idle |"
    yield "|---|---|---|---|---|---|---|"
    for name, row in found.items():
        ratios = " | ".join(f"{row[part]:.2f}" for part in ("min", "median", "max"))
        idle = f"{row['idle while committing']:.0%}, {row['idle while casting']:.0%}"
        yield f"| {name} | {row['commits']:,.0f} | {row['casts']:,.0f} | {ratios} | {idle} |"


if __name__ == "__main__":
    bare(*sys.argv[1:3])
