"""The pseudonym of a person in a round, what a list holds, and how many bad rows it may have."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from participatory.core.errors import Refusal
from participatory.core.labels import N_, register

# Above this share of bad rows, a list is not one of ours or was mangled on the way: nothing of it is taken.
MOST_BAD_PERCENT = 2
# A count of fewer people would say something of each of them (k-anonymity).
SMALLEST_COUNT = 5


class ListState(StrEnum):
    """Where a list that was sent stands."""

    WAITING = "waiting"
    IMPORTED = "imported"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    EXPIRED = "expired"


register(
    {
        ListState.WAITING: N_("Attend l’accord de la Région"),
        ListState.IMPORTED: N_("Importée"),
        ListState.WITHDRAWN: N_("Retirée par qui l’a envoyée"),
        ListState.REFUSED: N_("Refusée par la Région"),
        ListState.EXPIRED: N_("Sans réponse à temps, effacée"),
    }
)


def pseudonym(pepper: bytes, identifier: str) -> str:
    """HMAC-SHA256 of a normalised identifier under the pepper of the round, in hexadecimal.

    The pepper lives outside the database: a plain hash of a student number is reversed in seconds.
    """
    return hmac.digest(pepper, identifier.encode(), "sha256").hex()


class Place(NamedTuple):
    """Where somebody is enrolled: the numbers of the site and of the establishment."""

    site_id: int
    establishment_id: int


@dataclass(frozen=True)
class Listed:
    """A person of a list: their pseudonyms, the strongest identifier's first, and each place that the list gives."""

    pseudonyms: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Remark:
    """What is said of a row: its line in the file, what it holds, and the sentence."""

    line: int
    text: str
    reason: Refusal


@dataclass(frozen=True)
class Reading:
    """What a list holds.

    `rows` are all the rows below the head; `repeated` those that only repeat another; a row
    with a warning is a good one.
    """

    people: tuple[Listed, ...]
    rows: int
    repeated: int
    bad: tuple[Remark, ...]
    warnings: tuple[Remark, ...]

    @property
    def good(self) -> int:
        """How many rows can be taken, those that repeat another left out."""
        return self.rows - self.repeated - len(self.bad)

    @property
    def has_too_many_bad(self) -> bool:
        """Whether the list is refused whole for its bad rows."""
        return len(self.bad) * 100 > self.rows * MOST_BAD_PERCENT


@dataclass(frozen=True)
class Comparison:
    """A list beside the roll, in people.

    `added` are new; `known` already on it, among whom `moved` are elsewhere on it than in the
    list; `absent` are on it for the establishments of the list, and not in the list: they stay.
    """

    added: int
    known: int
    moved: int
    absent: int = 0


def hidden_small(counts: Sequence[tuple[str, int]]) -> list[tuple[str, int | None]]:
    """Counts that say nothing of a few people: None for those under SMALLEST_COUNT.

    When one alone is hidden, the smallest other is too, or a total would give it back.
    """
    small = {name for name, size in counts if size < SMALLEST_COUNT}
    if len(small) == 1 and len(counts) > 1:
        small.add(min((count for count in counts if count[0] not in small), key=lambda count: count[1])[0])
    return [(name, None if name in small else size) for name, size in counts]
