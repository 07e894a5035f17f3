"""A file of projects: its rows, each with the project that it makes or with what is wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.intake.rules import MOST_ROWS, Field, Known, Row, columns_of, read_row
from participatory.rolls.sheets import open_table

__all__ = ["Field", "ReadFile", "read_file"]


@dataclass(frozen=True)
class ReadFile:
    """The rows of a file, and the columns that were found."""

    rows: Sequence[Row]
    columns: Sequence[Field]

    @property
    def good(self) -> list[Row]:
        """The rows that make a project."""
        return [row for row in self.rows if row.brought is not None]

    @property
    def bad(self) -> list[Row]:
        """The rows that do not."""
        return [row for row in self.rows if row.brought is None]


def read_file(content: bytes, known: Known) -> ReadFile:
    """Read a file of projects; raises Refusal (INVALID, field `file`) for one that cannot be read as a whole."""
    lines = list(open_table(content, MOST_ROWS + 20, texts=True).lines)
    head, places = columns_of([(line.number, line.cells) for line in lines])
    below = [line for line in lines if line.number > head]
    if len(below) > MOST_ROWS:
        message = N_("Ce fichier a plus de %(most)s projets : envoyez-le en plusieurs fois.")
        raise Refusal(message, Kind.INVALID, "file", most=MOST_ROWS)
    if not below:
        raise Refusal(N_("Ce fichier n’a aucun projet sous la ligne des titres."), Kind.INVALID, "file")
    rows = [
        Row(line.number, None, (line.fault,)) if line.fault else read_row(line.number, line.cells, places, known)
        for line in below
    ]
    return ReadFile(_without_doubles(rows), list(places))


def _without_doubles(rows: list[Row]) -> list[Row]:
    """Rows that bear the same reference are all refused: which one is meant is for a person to say."""
    times = Counter(row.brought.reference for row in rows if row.brought)
    message = N_("La référence « %(reference)s » est sur plusieurs lignes.")
    return [
        replace(row, brought=None, faults=(Refusal(message, Kind.INVALID, reference=row.brought.reference),))
        if row.brought and times[row.brought.reference] > 1
        else row
        for row in rows
    ]
