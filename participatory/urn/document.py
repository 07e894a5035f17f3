"""What a ballot says, as bytes: canonical JSON, padded so that the length tells nothing of the choices."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from participatory.core.identifiers import CROCKFORD

# One choice: the identifier of a project, and 1 (approval, knapsack), its points, or its rank (1 = first).
Choice = tuple[str, int]

BLOCK = 256
TRACKER_LETTERS = 16
LONGEST_ID, LONGEST_KEY, GREATEST_VALUE = 20, 40, 9999
# Names stand between spaces and colons in the published list of ballots, and unescaped in JSON.
_NAME = re.compile(rf"[0-9A-Za-z_.-]{{1,{LONGEST_KEY}}}")
_TRACKER = re.compile(rf"[{CROCKFORD}]{{{TRACKER_LETTERS}}}")


@dataclass(frozen=True)
class ContestBallot:
    """The choices in one contest, and the tracker that finds them in the published list ("" when not wanted)."""

    choices: tuple[Choice, ...]
    tracker: str = ""


@dataclass(frozen=True)
class BallotDocument:
    """A whole ballot: the round, the kind of ballot, and the choices in each contest by its key."""

    round: str
    kind: str
    contests: Mapping[str, ContestBallot]


def new_tracker() -> str:
    """Sixteen letters (80 bits) drawn by the voter's side, by which they find their ballot once counted."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(TRACKER_LETTERS))


def padded_size(most_choices: int, contests: int) -> int:
    """The size in bytes that every ballot of a round takes: the longest that can be, up to a multiple of 256.

    `most_choices` is per contest. Counts projects of 20 letters, values of 4 digits,
    a round of 20 letters and contest keys of 40.
    """
    choices = tuple((f"{place:0{LONGEST_ID}d}", GREATEST_VALUE) for place in range(most_choices))
    ballot = ContestBallot(choices, "0" * TRACKER_LETTERS)
    longest = BallotDocument(
        "0" * LONGEST_ID, "0" * LONGEST_ID, {f"{place:0{LONGEST_KEY}d}": ballot for place in range(contests)}
    )
    return -(-len(_canonical(longest)) // BLOCK) * BLOCK


def to_bytes(document: BallotDocument, size: int) -> bytes:
    """The ballot as canonical JSON, padded on the right with spaces to `size` bytes.

    The same choices in any order give the same bytes. Raises ValueError when it does
    not fit, names a project twice, or holds what no ballot may hold.
    """
    _check(document)
    data = _canonical(document)
    if len(data) > size:
        raise ValueError(f"a ballot of {len(data)} bytes does not fit in {size}")
    return data.ljust(size)


def from_bytes(data: bytes) -> BallotDocument:
    """The ballot that these bytes say.

    Raises ValueError unless writing it again gives exactly the same bytes: there is
    one way to write a ballot, so nobody can mark theirs by an odd spelling.
    """
    try:
        document = _document(json.loads(data))
    except (RecursionError, TypeError, KeyError, AttributeError) as error:
        raise ValueError("these bytes are not a ballot") from error
    if to_bytes(document, len(data)) != data:
        raise ValueError("this ballot is not written in the canonical way")
    return document


def _document(content: Any) -> BallotDocument:
    contests = {
        key: ContestBallot(tuple((project, value) for project, value in ballot["choices"]), ballot["tracker"])
        for key, ballot in content["contests"].items()
    }
    return BallotDocument(content["round"], content["kind"], contests)


def _canonical(document: BallotDocument) -> bytes:
    contests = {
        key: {"choices": sorted(ballot.choices), "tracker": ballot.tracker} for key, ballot in document.contests.items()
    }
    content = {"round": document.round, "kind": document.kind, "contests": contests}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def _check(document: BallotDocument) -> None:
    names = [document.round, document.kind, *document.contests]
    names += [project for ballot in document.contests.values() for project, _ in ballot.choices]
    if not document.contests:
        raise ValueError("a ballot is in one contest at least")
    if not all(type(name) is str and _NAME.fullmatch(name) for name in names):
        raise ValueError("a name in this ballot is not made of plain letters, digits, dots and dashes")
    for ballot in document.contests.values():
        if type(ballot.tracker) is not str or not (ballot.tracker == "" or _TRACKER.fullmatch(ballot.tracker)):
            raise ValueError("a tracker is sixteen letters of Crockford's base 32, or nothing")
        # A boolean is an int to Python, and is written `true`.
        if not all(type(value) is int and 1 <= value <= GREATEST_VALUE for _, value in ballot.choices):
            raise ValueError(f"a choice is worth a whole number from 1 to {GREATEST_VALUE}")
        if len({project for project, _ in ballot.choices}) < len(ballot.choices):
            raise ValueError("a project is named twice in a contest")
