"""The ten numbered checks of a bundle, all of them made, each told in words.

Source: docs/verify.md, the published bundle and its verifier.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from participatory.verification.bundle import Bundle
from participatory.verification.check_ballots import compared_legality, compared_trackers, legality, trackers
from participatory.verification.check_counts import compared_counts, counts
from participatory.verification.check_elections import compared_elections, elections
from participatory.verification.check_files import compared_files, files
from participatory.verification.check_history import (
    chain,
    compared_chain,
    compared_prefixes,
    compared_signatures,
    prefixes,
    signatures,
)
from participatory.verification.check_receipts import compared_receipts, receipts
from participatory.verification.check_results import compared_results, results
from participatory.verification.source import UnreadableError

# The exit code of the first check that fails is this and its number.
EXIT = 10
_MOST_FAULTS = 20
# What Python raises over data that is not what it should be; a check that meets it has failed.
_BAD_DATA = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True)
class Check:
    """One check: its number, what it holds when it passes, its faults in words, and what it compared."""

    number: int
    title: str
    faults: Callable[[Bundle], Iterator[str]]
    compared: Callable[[Bundle], str]


@dataclass(frozen=True)
class Finding:
    """What a check found: its faults in words (the first twenty), none when it passed, and what it compared."""

    check: Check
    faults: tuple[str, ...]
    compared: str = field(default="")

    @property
    def passed(self) -> bool:
        """Whether there is no fault."""
        return not self.faults


CHECKS = (
    Check(1, "Every file is the one that the manifest lists", files, compared_files),
    Check(2, "The journal is one chain, from its first row to its last", chain, compared_chain),
    Check(3, "The manifest and the checkpoints are signed", signatures, compared_signatures),
    Check(4, "Every earlier checkpoint is a prefix of the journal", prefixes, compared_prefixes),
    Check(5, "The receipts are sorted, unique, and have the sealed root", receipts, compared_receipts),
    Check(6, "The counts reconcile", counts, compared_counts),
    Check(7, "No tracker is given twice", trackers, compared_trackers),
    Check(8, "Every ballot is legal under the rulebook of the opening", legality, compared_legality),
    Check(9, "The elections in the .pb files are the ballots", elections, compared_elections),
    Check(10, "The results are those that a recount gives", results, compared_results),
)


def verify(bundle: Bundle) -> Iterator[Finding]:
    """Make all the checks, in their order; none raises, whatever the bundle holds."""
    for check in CHECKS:
        faults = tuple(islice(told(check, bundle), _MOST_FAULTS + 1))
        if len(faults) > _MOST_FAULTS:
            faults = (*faults[:_MOST_FAULTS], "And more of the kind.")
        yield Finding(check, faults, _compared(check, bundle))


def exit_code(findings: list[Finding]) -> int:
    """0 when all passed, else 10 and the number of the first that failed."""
    return next((EXIT + found.check.number for found in findings if not found.passed), 0)


def told(check: Check, bundle: Bundle) -> Iterator[str]:
    """The faults that a check finds, in words; raises nothing, whatever the bundle holds."""
    try:
        yield from check.faults(bundle)
    except UnreadableError as error:
        yield str(error)
    except _BAD_DATA as error:
        yield f"This check cannot be made, because something is not what it must be ({type(error).__name__})."


def _compared(check: Check, bundle: Bundle) -> str:
    """What was compared, empty where it could not be read."""
    try:
        return check.compared(bundle)
    except (UnreadableError, *_BAD_DATA):
        return ""
