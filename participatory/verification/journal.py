"""Reading journal.jsonl once, line by line: its chain, and what the round did.

A public row is {position, at, verb, actor, payload, salt, previous, digest}; a withheld one
{position, content, previous, digest}; a row from before salts {position, previous, digest}, at the beginning alone.
content = SHA-256 of [salt, at, verb, actor, payload], digest = SHA-256 of [position, previous, content],
both of canonical JSON; `payload` is the canonical JSON text of the deed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from participatory.verification.canonical import compact, digest_of, parse, quoted

GENESIS = "0" * 64
_PUBLIC = frozenset({"position", "at", "verb", "actor", "payload", "salt", "previous", "digest"})
_WITHHELD = frozenset({"position", "content", "previous", "digest"})
_OLD = frozenset({"position", "previous", "digest"})
_ORDER = sorted(_PUBLIC | _WITHHELD)
_HASHED = ("salt", "at", "verb", "actor", "payload")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
_HEX = re.compile(r"[0-9a-f]{64}")
_KEPT_FAULTS = 50

OPENED, CLOSED, SEALED, COUNTED = "vote.opened", "vote.closed", "vote.sealed", "vote.counted"
LINKS_FROZEN = "vote.links_frozen"
REMOVED = "vote.project_removed"
RESULT, ANNULLED = "result.published", "vote.annulled"
_OF_A_VOTE = ("vote.", "set_aside.", "paper.", "result.")
# What each deed that the checks rely on must say, at least.
_FIELDS: dict[str, dict[str, type]] = {
    "ceremony.created": {"fingerprint": str, "trustees": int, "threshold": int},
    LINKS_FROZEN: {"links": str},
    REMOVED: {"proposal": str, "reason": str},
    OPENED: {"rulebook": str, "projects": str, "public_key": str, "padded_size": int},
    CLOSED: {"signatures": int, "ballots": int},
    SEALED: {"ballots": int, "root": str, "signatures": int, "set_aside": int, "paper": int, "motives": dict},
    COUNTED: {"digests": dict, "ballots": str, "void": int, "blanked": int},
    RESULT: {"digests": dict, "edition": int},
    "set_aside.decided": {"motive": str, "outcome": str},
    "set_aside.appeal_decided": {"motive": str, "outcome": str},
    "set_aside.undone": {"motive": str},
    "paper.printed": {"batch": str, "stand": str, "issued": int},
    "paper.closed": {"batch": str, "issued": int, "used": int, "spoiled": int, "returned": int},
    "checkpoint.key_made": {"public_key": str},
}


@dataclass(frozen=True)
class Deed:
    """A public row about the round that is not about one ballot."""

    position: int
    at: str
    verb: str
    payload: Mapping[str, Any]


@dataclass
class Journal:
    """What was read: the digest of every row, the deeds of the round, the receipts of its ballots.

    `cast` and `gone` (withdrawn or challenged) give the last row that names a receipt.
    """

    round: str
    digests: bytearray = field(default_factory=bytearray)
    deeds: list[Deed] = field(default_factory=list)
    cast: dict[bytes, int] = field(default_factory=dict)
    gone: dict[bytes, int] = field(default_factory=dict)
    public: int = 0
    faults: list[str] = field(default_factory=list)
    _unsalted: bool = True

    @property
    def positions(self) -> int:
        """How many rows there are."""
        return len(self.digests) // 32

    @property
    def head(self) -> str:
        """The digest of the last row."""
        return self.digest_at(self.positions) or GENESIS

    def digest_at(self, position: int) -> str | None:
        """The digest of a row, None when there is none of that number."""
        if not 1 <= position <= self.positions:
            return None
        return self.digests[(position - 1) * 32 : position * 32].hex()

    def of(self, verb: str) -> list[Deed]:
        """The deeds of one kind, oldest first."""
        return [deed for deed in self.deeds if deed.verb == verb]

    def add(self, line: bytes) -> None:
        """Read the next line; its faults are noted and reading goes on."""
        number = self.positions + 1
        row = _row(line)
        if row is None:
            self._fault(f"Line {number} is not a row of the journal written in its only way.")
            self.digests += bytes(32)
            return
        if row["position"] != number:
            self._fault(f"Row {number} is missing: row {row['position']} stands in its place.")
        if row["previous"] != self.head:
            self._fault(f"Row {number} does not follow the row before it.")
        self._follow(row, number)
        self.digests += bytes.fromhex(row["digest"])

    def _follow(self, row: dict[str, Any], number: int) -> None:
        if "content" in row:
            content = row["content"]
        elif "salt" in row:
            content = digest_of(f"[{','.join(quoted(row[name]) for name in _HASHED)}]")
            self._note(row, number)
        elif self._unsalted:
            return
        else:
            self._fault(f"Row {number} is of the old form, after rows of the new one.")
            return
        self._unsalted = False
        if digest_of(f'[{row["position"]},"{row["previous"]}","{content}"]') != row["digest"]:
            self._fault(f"Row {number} was altered: its digest is not that of what it says.")

    def _note(self, row: dict[str, Any], number: int) -> None:
        self.public += 1
        try:
            payload = parse(row["payload"])
        except ValueError:
            payload = None
        if not isinstance(payload, dict) or compact(payload) != row["payload"]:
            self._fault(f"Row {number} carries a deed that cannot be read.")
            return
        verb = row["verb"]
        about_all = verb.startswith("checkpoint.")
        if not about_all and self.round not in (payload.get("round"), payload.get("subject")):
            self._fault(f"Row {number} is of another round, and should have been withheld.")
        elif verb.startswith("ballot."):
            self._note_ballot(verb, payload.get("receipt"), number)
        elif any(type(payload.get(name)) is not kind for name, kind in _FIELDS.get(verb, {}).items()):
            self._fault(f"Row {number} ({verb}) does not say what such a row says.")
        else:
            if verb == ANNULLED:
                self._start_again()
            self.deeds.append(Deed(number, row["at"], verb, payload))

    def _start_again(self) -> None:
        """An annulled vote counts for nothing: what follows is another vote of the round, in a demonstration alone."""
        self.deeds = [deed for deed in self.deeds if not deed.verb.startswith(_OF_A_VOTE)]
        self.cast.clear()
        self.gone.clear()
        self.last_ballot = 0

    def _note_ballot(self, verb: str, receipt: object, number: int) -> None:
        if not isinstance(receipt, str) or not _HEX.fullmatch(receipt):
            self._fault(f"Row {number} names a receipt that cannot be one.")
            return
        (self.cast if verb == "ballot.cast" else self.gone)[bytes.fromhex(receipt)] = number

    def _fault(self, words: str) -> None:
        if len(self.faults) < _KEPT_FAULTS:
            self.faults.append(words)


def read_journal(lines: Iterable[bytes], round_key: str) -> Journal:
    """Read all the lines."""
    journal = Journal(round_key)
    for line in lines:
        journal.add(line)
    return journal


def rows(lines: Iterable[bytes]) -> Iterator[dict[str, Any] | None]:
    """Each line as a row, None for one that is not; nothing is checked beyond its form."""
    return (_row(line) for line in lines)


def _row(line: bytes) -> dict[str, Any] | None:
    """The row that a line holds; None unless it is one, written canonically, its values of the right kinds."""
    try:
        text = line.decode()
        row = parse(text)
    except ValueError:
        return None
    if not isinstance(row, dict) or not _is_row(row):
        return None
    # The same as `compact(row)`, for the only value that is not a text is the position.
    written = ",".join(
        f'"{name}":{row[name] if name == "position" else quoted(row[name])}' for name in _ORDER if name in row
    )
    return row if f"{{{written}}}\n" == text else None


def _is_row(row: dict[str, Any]) -> bool:
    if type(row.get("position")) is not int or row.keys() not in (_PUBLIC, _WITHHELD, _OLD):
        return False
    if not all(isinstance(value, str) for key, value in row.items() if key != "position"):
        return False
    if not all(_HEX.fullmatch(row[key]) for key in ("previous", "digest", "content") if key in row):
        return False
    return "at" not in row or bool(_INSTANT.fullmatch(row["at"]))
