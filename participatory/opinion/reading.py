"""The exported files of a conversation (`votes.csv`, `comments.csv`), and a file of groups that somebody else found."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from participatory.opinion.votes import Votes

# A file with a thousand bad lines is corrected from the first ones.
_MOST_PROBLEMS = 20
_VOTES = {"-1": -1, "0": 0, "1": 1, "+1": 1}
_MODERATED_OUT = "-1"
_MODERATIONS = ("-1", "0", "1")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with the line (counted from 1) where it stands."""

    line: int
    reason: str


class FileError(ValueError):
    """A file that cannot be read: its name and the first problems."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        super().__init__(f"{path}:{problems[0].line}: {problems[0].reason}")
        self.path = path
        self.problems = tuple(problems)


class _RowError(ValueError):
    """What is wrong with one row."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it was written, and whether moderation left it out."""

    text: str
    moderated_out: bool


def read_votes(path: Path) -> Votes:
    """The votes of a file in the exported format; the last row of a participant on a statement wins."""
    cast: list[tuple[str, str, int]] = []
    names: dict[str, str] = {}

    def read(row: Mapping[str, str]) -> None:
        vote = _VOTES.get(row["vote"].strip())
        if vote is None:
            raise _RowError(f"{row['vote']!r} is no vote: -1, 0 or 1")
        voter, statement = _identifier(row, "voter-id"), _identifier(row, "comment-id")
        # Half a million rows name a few thousand people: each name is held once.
        cast.append((names.setdefault(voter, voter), names.setdefault(statement, statement), vote))

    _each_row(path, ("voter-id", "comment-id", "vote"), read)
    if not cast:
        raise FileError(path, [Problem(1, "the file holds no vote")])
    return Votes.of(cast)


def read_comments(path: Path) -> dict[str, Statement]:
    """The statements of a conversation by their identifiers. Their totals are not read: votes say more."""
    found: dict[str, Statement] = {}

    def read(row: Mapping[str, str]) -> None:
        moderated = row["moderated"].strip()
        if moderated not in _MODERATIONS:
            raise _RowError(f"{moderated!r} is no moderation: -1, 0 or 1")
        text = " ".join(row["comment-body"].split())
        found[_identifier(row, "comment-id")] = Statement(text, moderated == _MODERATED_OUT)

    _each_row(path, ("comment-id", "moderated", "comment-body"), read)
    return found


def read_members(path: Path, votes: Votes) -> dict[str, str]:
    """Groups that somebody else found: a group for each participant; who has none is left out."""
    found: dict[str, str] = {}
    known = frozenset(votes.participants)

    def read(row: Mapping[str, str]) -> None:
        participant = _identifier(row, "participant")
        if participant not in known:
            raise _RowError(f"participant {participant!r} has no vote")
        if not row["group"].strip():
            return
        group = _identifier(row, "group")
        if found.setdefault(participant, group) != group:
            raise _RowError(f"participant {participant!r} is in two groups")

    _each_row(path, ("participant", "group"), read)
    if not found:
        raise FileError(path, [Problem(1, "the file puts nobody in a group")])
    return found


def _each_row(path: Path, columns: tuple[str, ...], read: Callable[[Mapping[str, str]], None]) -> None:
    """Give each row to `read`, and raise what was wrong with any of them."""
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in _rows(file, columns):
                try:
                    read(row)
                except _RowError as error:
                    problems.append(Problem(line, str(error)))
                if len(problems) == _MOST_PROBLEMS:
                    break
    except UnicodeDecodeError:
        problems.append(Problem(_undecodable_line(path), "the file is not UTF-8 text"))
    except _TableError as error:
        problems.append(Problem(error.line, error.reason))
    if problems:
        raise FileError(path, problems)


class _TableError(ValueError):
    """A table that cannot be read any further."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def _rows(file: Iterator[str], columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of the columns that are asked for, row by row, with the line where each begins."""
    reader = csv.reader(file, strict=True)
    places: dict[str, int] = {}
    width, line = 0, 1
    try:
        for cells in reader:
            if not places:
                places, width = _places(cells, columns), len(cells)
            elif any(cells):
                if len(cells) != width:
                    raise _TableError(line, f"{len(cells)} fields where the first line has {width}")
                yield line, {name: cells[place] for name, place in places.items()}
            line = reader.line_num + 1
    except csv.Error as error:
        raise _TableError(line, f"this is no csv: {error}") from None
    if not places:
        raise _TableError(1, "the file is empty")


def _places(cells: list[str], columns: tuple[str, ...]) -> dict[str, int]:
    header = [cell.strip().lower() for cell in cells]
    for name in columns:
        if header.count(name) != 1:
            raise _TableError(1, f"column {name!r} is {'given twice' if name in header else 'missing'}")
    return {name: header.index(name) for name in columns}


def _identifier(row: Mapping[str, str], column: str) -> str:
    written = row[column].strip()
    if not written:
        raise _RowError(f"{column} is empty")
    if not written.isprintable() or len(written) > 100:
        raise _RowError(f"{column} {written[:100]!r} is no identifier")
    return written


def _undecodable_line(path: Path) -> int:
    with path.open("rb") as file:
        for line, written in enumerate(file, 1):
            try:
                written.decode()
            except UnicodeDecodeError:
                return line
    return 1
