"""`make bench`: how fast, as ratios against the bare reference measured in the same run.

Each figure alternates the reference and the measured thing, five times, and gives
minimum, median and maximum of the ratio. A ratio means more than seconds on a busy machine.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from participatory.demo.cli import demo
from participatory.demo.loader import find_student_round
from participatory.proposals.queries import on_ballot
from participatory.rounds.queries import all_rounds
from tests.bench import integrity, lists, opinion, seal, tally, urn, verify, votes
from tests.conftest import make_app, prepare

ROUNDS = 5
REQUESTS = 40


def timed(work: Callable[[], object], times: int) -> float:
    """Processor seconds of one call, averaged."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def ratios(reference: Callable[[], object], measured: Callable[[], object], times: int) -> list[float]:
    """How many times the reference's cost fits in the measured cost's place, round by round: 1 is as fast."""
    reference(), measured()
    return [timed(reference, times) / timed(measured, times) for _ in range(ROUNDS)]


def page_ratios(app: Flask, path: str) -> list[float]:
    """A page against bare Flask that answers the same bytes from memory."""
    client = app.test_client()
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    bare = Flask("bare")
    body = answer.get_data()
    bare.add_url_rule("/", view_func=lambda: body)
    bare_client = bare.test_client()
    return ratios(lambda: bare_client.get("/"), lambda: client.get(path), REQUESTS)


# What can be measured apart: `make bench BENCH=--lists`.
PARTS = ("pages", "tally", "lists", "urn", "votes", "seal", "verify", "opinion", "integrity")


def main() -> None:
    """Print the tables as Markdown, or one object with --json; an option such as --tally chooses a part."""
    wanted = [part for part in PARTS if f"--{part}" in sys.argv] or list(PARTS)
    found: dict[str, Any] = {}
    if "pages" in wanted:
        found["pages"] = summary(pages())
    if "tally" in wanted:
        found["tally"] = tally.figures()
    if "lists" in wanted:
        found["lists"] = lists.figures()
    if "urn" in wanted:
        found["urn"] = urn.figures()
    if "votes" in wanted:
        found["votes"] = votes.figures()
    if "seal" in wanted:
        found["seal"] = seal.figures()
    if "verify" in wanted:
        found["verify"] = verify.figures()
    if "opinion" in wanted:
        found["opinion"] = opinion.figures()
    if "integrity" in wanted:
        found["integrity"] = integrity.figures()
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    markdown = {
        "pages": table,
        "tally": tally.markdown,
        "lists": lists.markdown,
        "urn": urn.markdown,
        "votes": votes.markdown,
        "seal": seal.markdown,
        "verify": verify.markdown,
        "opinion": opinion.markdown,
        "integrity": integrity.markdown,
    }
    for part, figures in found.items():
        print("\n".join(markdown[part](figures)))


def pages() -> dict[str, list[float]]:
    """Each public page against bare Flask, round by round."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder), demo=True)
        prepare(app)
        app.test_cli_runner().invoke(args=["--version"])
        load_demonstration(app)
        return {f"page {path}, against bare Flask": page_ratios(app, path) for path in public_pages(app)}


def load_demonstration(app: Flask) -> None:
    """Load the demonstration into the database of the bench."""
    result = app.test_cli_runner().invoke(demo, ["load"])
    if result.exit_code:
        raise SystemExit(result.output)


def public_pages(app: Flask) -> list[str]:
    """The home page, the list and one project of the student round, the result of the past one."""
    with app.app_context():
        round_ = find_student_round()
        assert round_ is not None
        past = next(each for each in all_rounds() if each.imported)
        proposal = on_ballot(round_)[0]
        return [
            "/",
            f"/budgets/{round_.slug}",
            f"/budgets/{round_.slug}/projets",
            f"/projets/{proposal.slug}",
            f"/budgets/{past.slug}/resultats",
        ]


def summary(measured: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Minimum, median and maximum of each ratio."""
    return {
        name: {"min": min(values), "median": statistics.median(values), "max": max(values)}
        for name, values in measured.items()
    }


def table(rows: dict[str, dict[str, float]]) -> Iterator[str]:
    """The ratios as Markdown."""
    yield "| Measure (1 = as fast as the reference) | min | median | max |"
    yield "|---|---|---|---|"
    for name, row in rows.items():
        yield f"| {name} | " + " | ".join(f"{value:.2f}" for value in row.values()) + " |"


if __name__ == "__main__":
    main()
