"""Who voted what: participants × statements, as one array."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Labels = NDArray[np.intp]

AGREE, PASS, DISAGREE = 1, 0, -1


def is_number(written: str) -> bool:
    """Whether an identifier is a whole number written the usual way, as in exported files."""
    digits = written.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 16 and str(int(written)) == written


def natural(written: str) -> tuple[bool, int, str]:
    """The key of the usual order: 2 before 10, numbers before words."""
    return (False, int(written), "") if is_number(written) else (True, 0, written)


@dataclass(frozen=True, eq=False)
class Votes:
    """One row for each participant and one column for each statement: 1, 0, −1, or NaN where it was not seen.

    `left_out` counts the columns that moderation took away.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    values: Matrix
    left_out: int = 0

    @classmethod
    def of(cls, cast: Iterable[tuple[str, str, int]]) -> "Votes":
        """From (participant, statement, vote) in their order: the last one on a statement counts."""
        people: dict[str, int] = {}
        asked: dict[str, int] = {}
        rows, columns, given = [], [], []
        for participant, statement, vote in cast:
            rows.append(people.setdefault(participant, len(people)))
            columns.append(asked.setdefault(statement, len(asked)))
            given.append(vote)
        values = np.full((len(people), len(asked)), np.nan)
        values[rows, columns] = given
        return cls(tuple(people), tuple(asked), values).in_order()

    def in_order(self) -> "Votes":
        """The same in the one order that depends on votes alone: neither names nor the order of a file weigh on a draw.

        People who voted the same are interchangeable.
        """
        columns = sorted(range(len(self.statements)), key=lambda place: natural(self.statements[place]))
        values = self.values[:, columns]
        rows = np.lexsort(np.nan_to_num(values, nan=2).T[::-1]) if columns else np.arange(len(values))
        people = tuple(self.participants[row] for row in rows)
        return Votes(people, tuple(self.statements[place] for place in columns), values[rows], self.left_out)

    def without(self, statements: Collection[str]) -> "Votes":
        """Without those that were moderated out; who voted on nothing else stays, with an empty row."""
        kept = [place for place, statement in enumerate(self.statements) if statement not in statements]
        left_out = self.left_out + len(self.statements) - len(kept)
        names = tuple(self.statements[place] for place in kept)
        return Votes(self.participants, names, self.values[:, kept], left_out).in_order()

    def rows(self, chosen: Sequence[int] | Labels) -> Matrix:
        """The votes of some participants."""
        rows: Matrix = self.values[chosen]
        return rows

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Where there is a vote, passes included."""
        return ~np.isnan(self.values)

    def digest(self) -> str:
        """A hash of what was voted: the same whatever participants are called and in whichever order they came."""
        hashed = sha256("\n".join(self.statements).encode())
        hashed.update(f"\n\n{len(self.participants)}\n".encode())
        hashed.update(np.nan_to_num(self.values, nan=2).astype(np.int8).tobytes())
        return hashed.hexdigest()
