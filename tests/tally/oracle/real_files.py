"""Every real election by every rule, counted here and by pabutools: the long part of `make oracle`.

    python -m tests.tally.oracle.real_files [--seconds 60] [FILE.pb ...]

Prints a line for each file, then a table. Leaves with 1 if any result differs. What
pabutools does not answer in time counts as too slow, and is no failure.
"""

import argparse
import os
import sys
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

from participatory.tally.election import Election
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.pabulib import read_file
from participatory.tally.profile import Profile
from participatory.tally.rules import run_profile
from participatory.tally.terms import Terms
from tests.tally.oracle.client import Oracle, TooSlow

SHARED = Path(os.environ.get("PARTICIPATORY_SHARED", Path(__file__).parents[4] / "shared"))
EQUAL, DIFFERENT, TOO_SLOW = "equal", "DIFFERENT", "too slow"


def methods(election: Election) -> list[Method]:
    """Every rule; points only where ballots give more than one, as otherwise they say what cost and cardinality say."""
    sats = [sat for sat in Satisfaction if not (sat.by_points and election.vote_type.counts_votes)]
    plain = [Method(rule) for rule in RuleName if rule is not RuleName.MES]
    shares = [Method(RuleName.MES, sat) for sat in sats]
    steps = [(Fraction(election.unit), False), (Fraction(1, 100), True)]
    raised = [Method(RuleName.MES, sat, Completion.ADD1, Stop.EXHAUSTIVE, *step) for step in steps for sat in sats]
    return plain + shares + raised


def name_of(method: Method) -> str:
    if method.completion is Completion.NONE:
        return method.label
    return f"{method.label} by {'1 %' if method.step_is_share else '1'}"


def compare(election: Election, profile: Profile, method: Method, oracle: Oracle, seconds: float) -> str:
    """Ask pabutools first: what it cannot do in the time need not be counted here."""
    try:
        theirs = oracle.winners(election, method, add1=method.completion is Completion.ADD1, seconds=seconds)
    except TooSlow:
        return TOO_SLOW
    winners = list(run_profile(profile, method, Terms(election.budget)).winners)
    return EQUAL if theirs == (sorted(winners) if method.rule is RuleName.PHRAGMEN else winners) else DIFFERENT


def compare_file(path: Path, oracle: Oracle, seconds: float, table: dict[str, Counter[str]]) -> None:
    started = time.monotonic()
    election = read_file(path)
    profile = Profile.of(election)
    odd = []
    for method in methods(election):
        result = compare(election, profile, method, oracle, seconds)
        table.setdefault(name_of(method), Counter())[result] += 1
        if result != EQUAL:
            odd.append(f"{name_of(method)} {result}")
    print(f"{path.name}: {'; '.join(odd) or EQUAL} ({time.monotonic() - started:.0f} s)", flush=True)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="Pabulib files (default: all of the shared folder)")
    parser.add_argument("--seconds", type=float, default=60, help="how long pabutools may take for one count")
    asked = parser.parse_args()
    files = asked.files or sorted((SHARED / "data" / "pabulib").glob("*.pb"), key=lambda path: path.stat().st_size)
    table: dict[str, Counter[str]] = {}
    oracle = Oracle()
    for path in files:
        compare_file(path, oracle, asked.seconds, table)
    oracle.close()
    print(f"\n{'method':32}{EQUAL:>12}{DIFFERENT:>12}{TOO_SLOW:>12}")  # noqa: T201
    for label, results in table.items():
        print(f"{label:32}{results[EQUAL]:12}{results[DIFFERENT]:12}{results[TOO_SLOW]:12}")  # noqa: T201
    sys.exit(any(results[DIFFERENT] for results in table.values()))


if __name__ == "__main__":
    main()
