"""The pseudonym of a person in a round, and what a row of a list must hold."""

import hashlib
import hmac
from dataclasses import dataclass

from participatory.core.errors import Refusal


def pseudonym(pepper: bytes, identifier: str) -> str:
    """HMAC-SHA256 of a normalised identifier under the pepper of the round, in hexadecimal.

    The pepper lives outside the database: a plain hash of a student number is reversed in seconds.
    """
    return hmac.new(pepper, identifier.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class GoodRow:
    """A person whom a list names: normalised address, numbers of the site and of the establishment."""

    line: int
    email: str
    site_id: int
    establishment_id: int


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be imported: its line in the file, what it holds, and why."""

    line: int
    text: str
    reason: Refusal


@dataclass(frozen=True)
class Reading:
    """What a list holds: good rows, one per address; rows that only repeat another; bad rows."""

    good: tuple[GoodRow, ...]
    repeated: int
    bad: tuple[BadRow, ...]


@dataclass(frozen=True)
class Comparison:
    """A list beside the roll: addresses to add, those already on it, and those among them whose place differs."""

    added: int
    known: int
    moved: int
