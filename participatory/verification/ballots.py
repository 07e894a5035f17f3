"""Reading ballots.csv once, line by line: how many ballots say the same, their trackers, what is badly written."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from participatory.verification.layout import BALLOT_COLUMNS, BALLOTS
from participatory.verification.rulebook import Choices
from participatory.verification.source import UnreadableError

TRACKER = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
_CONTEST = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_CHOICES = re.compile(r"(?:[0-9A-Za-z_.-]{1,40}:[1-9]\d{0,3}(?: [0-9A-Za-z_.-]{1,40}:[1-9]\d{0,3})*)?")
_KEPT_FAULTS = 50


@dataclass
class ContestVotes:
    """The valid ballots of one contest: how many say each text of choices, and the trackers that are not empty."""

    choices: Counter[str] = field(default_factory=Counter)
    trackers: Counter[str] = field(default_factory=Counter)

    @property
    def ballots(self) -> int:
        """How many ballots there are."""
        return self.choices.total()


@dataclass
class Votes:
    """The whole file. `form` tells bad lines, `order` lines that stand before those that they follow."""

    contests: dict[str, ContestVotes] = field(default_factory=dict)
    form: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def of(self, contest: str) -> ContestVotes:
        """The ballots of a contest; none for one that the file does not name."""
        return self.contests.get(contest, ContestVotes())

    def reads(self, fields: tuple[str, str, str]) -> bool:
        """Whether the fields of a line are well written; most ballots say what others said before them."""
        contest, _tracker, choices = fields
        known = self.contests.get(contest)
        if known is None:
            return bool(_CONTEST.fullmatch(contest)) and _well(choices)
        return choices in known.choices or _well(choices)


def parsed(choices: str) -> Choices:
    """The pairs that a text of choices says; it has been found well formed."""
    pairs = (pair.split(":") for pair in choices.split(" ") if pair)
    return [(project, int(value)) for project, value in pairs]


def read_votes(lines: Iterable[bytes]) -> Votes:
    """Read the lines; raises UnreadableError where the file is no table of ballots at all."""
    votes, before = Votes(), ("", "", "")
    for number, line in enumerate(lines):
        fields = _fields(line)
        if number == 0:
            if fields != BALLOT_COLUMNS:
                raise UnreadableError(f"The columns of {BALLOTS} must be {','.join(BALLOT_COLUMNS)}.")
            continue
        if fields is None or not votes.reads(fields):
            _note(votes.form, f"Row {number} of {BALLOTS} is not a ballot written in its only way.")
            continue
        contest, tracker, choices = fields
        own = votes.contests.setdefault(contest, ContestVotes())
        if (contest, choices, tracker) < before:
            _note(votes.order, f"Row {number} of {BALLOTS} should stand before the one above it.")
        before = (contest, choices, tracker)
        own.choices[choices] += 1
        if tracker:
            own.trackers[tracker] += 1
    return votes


def _fields(line: bytes) -> tuple[str, str, str] | None:
    """The three fields of a line that ends with LF; none of them is ever in quotation marks."""
    try:
        text = line.decode("ascii")
    except UnicodeDecodeError:
        return None
    if not text.endswith("\n"):
        return None
    fields = text[:-1].split(",")
    return (fields[0], fields[1], fields[2]) if len(fields) == len(BALLOT_COLUMNS) else None


def _well(choices: str) -> bool:
    """Whether choices are well written: ids that rise, each once, with a value of one to four digits."""
    if not _CHOICES.fullmatch(choices):
        return False
    projects = [project for project, _ in parsed(choices)]
    return all(one < other for one, other in pairwise(projects))


def _note(faults: list[str], words: str) -> None:
    if len(faults) < _KEPT_FAULTS:
        faults.append(words)
