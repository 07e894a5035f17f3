"""`verify-diff`: whether a new bundle of a round extends an old one, and changes nothing without saying so."""

from collections.abc import Iterator
from itertools import zip_longest

from participatory.verification.bundle import Bundle
from participatory.verification.checks import CHECKS, told
from participatory.verification.journal import RESULT, rows
from participatory.verification.layout import (
    BALLOTS,
    JOURNAL,
    LINKS,
    PAPER,
    PROJECTS,
    RECEIPTS,
    SETTING_ASIDE,
    election_file,
    result_file,
)
from participatory.verification.source import UnreadableError

# Both bundles must be whole by these before they are worth comparing: files, chain, signatures, checkpoints.
_FIRST = CHECKS[:4]
_NEVER_CHANGES = ("round", "rulebook", "rulebook_digest", "opening", "seal")
_NEEDS_AN_EDITION = ("void", "trackers_blanked", "contests")


def differences(old: Bundle, new: Bundle) -> Iterator[str]:
    """In words, each way in which NEW does not extend OLD; none when it does."""
    broken = [f"{name}, check {check.number}: {fault}" for name, bundle in (("OLD", old), ("NEW", new))
              for check in _FIRST for fault in told(check, bundle)]  # fmt: skip
    if broken:
        yield from broken
        return
    try:
        yield from _compared(old, new)
    except UnreadableError as error:
        yield str(error)


def _compared(old: Bundle, new: Bundle) -> Iterator[str]:
    for name in _NEVER_CHANGES:
        if old.manifest[name] != new.manifest[name]:
            yield f"The two bundles do not say the same of “{name}”."
    yield from _journal(old, new)
    for name in sorted(old.checkpoints.keys() - new.checkpoints.keys()):
        yield f"NEW has lost {name}."
    for name in sorted(old.checkpoints.keys() & new.checkpoints.keys()):
        if old.checkpoints[name] != new.checkpoints[name]:
            yield f"{name} is not the same in both."
    if old.source.digest(RECEIPTS) != new.source.digest(RECEIPTS):
        yield f"{RECEIPTS} has changed: the sealed list never does."
    if old.links != new.links:
        yield f"{LINKS} has changed: the opening froze the links between projects."
    yield from _content(old, new)


def _journal(old: Bundle, new: Bundle) -> Iterator[str]:
    """The rows of OLD are the first of NEW; what OLD told of a row NEW still tells."""
    pairs = zip_longest(rows(old.source.lines(JOURNAL)), rows(new.source.lines(JOURNAL)))
    for number, (one, other) in enumerate(pairs, start=1):
        if one is None:
            return
        if other is None:
            yield f"The journal of NEW ends before row {number} of OLD."
            return
        if one["digest"] != other["digest"]:
            yield f"Row {number} of the journal is not the same in both."
            return
        if "salt" in one and one != other:
            yield f"Row {number} of the journal told its deed in OLD, and does not tell the same in NEW."
            return


def _content(old: Bundle, new: Bundle) -> Iterator[str]:
    """Ballots, results and counts are the same, or NEW is a later edition of which the journal tells."""
    files = [BALLOTS, PROJECTS, SETTING_ASIDE, PAPER]
    files += [name(contest) for contest in old.contests for name in (election_file, result_file)]
    changed = [name for name in files if old.source.digest(name) != new.source.digest(name)]
    changed += [name for name in _NEEDS_AN_EDITION if old.manifest[name] != new.manifest[name]]
    before, after = old.manifest["edition"], new.manifest["edition"]
    if after < before:
        yield f"NEW is edition {after}, and OLD already edition {before}."
    if after == before:
        yield from (f"{name} has changed, and NEW is the same edition as OLD." for name in changed)
        return
    published = [row.payload["edition"] for row in new.journal.of(RESULT) if row.position > old.journal.positions]
    if after not in published:
        yield f"NEW says that it is edition {after}, and no row of the journal since OLD published it."
