"""A file as a table: the rows of a csv file, or of the first filled sheet of a workbook (xlsx, xls, ods).

Nothing here knows what the columns mean. What the file is follows from its first bytes, never from its name.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rolls import unpacking
from participatory.rolls.texts import Line, decoded, lines_of

MOST_ROWS = unpacking.MOST_ROWS
_WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")

_DEAD = N_(
    "Ce classeur ne s’ouvre pas ici : il est abîmé, ou bien trop grand une fois ouvert. "
    "Dans un tableur, copiez les colonnes utiles dans un classeur neuf, puis envoyez celui-ci."
)
_FAULTS = {
    "password": N_("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe, puis recommencez."),
    "unreadable": _DEAD,
    "large": _DEAD,
    "empty": N_("Ce classeur est vide : aucune de ses feuilles visibles n’a de contenu."),
    "formula": N_(
        "Ce classeur contient des formules : copiez-le en collant les valeurs seules, puis envoyez la copie."
    ),
    "rows": N_("Cette liste a plus de %(most)s lignes : envoyez une liste par établissement."),
}


@dataclass(frozen=True)
class Table:
    """The rows of a file that are not empty; `sheet` is empty for a csv file, `others` are sheets that are not read."""

    sheet: str
    others: tuple[str, ...]
    lines: Iterator[Line]


def open_table(content: bytes, most: int = MOST_ROWS, *, texts: bool = False) -> Table:
    """The table of a file, at most its first `most` rows; `texts`: cells may be long, and none may be computed.

    Raises Refusal (INVALID, field `file`), at once or while the rows are read, when the file
    cannot be read or has more than MOST_ROWS rows.
    """
    if content.startswith(_WORKBOOKS):
        return _workbook(content, most, texts=texts)
    start = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"%pdf"):
        raise unreadable(N_("Ceci est un PDF : demandez la liste sous forme de tableau (xlsx, ods ou csv)."))
    if start.startswith(_PAGES):
        raise unreadable(
            N_(
                "Ce fichier est une page web qui porte le nom d’un classeur : ouvrez-le dans un tableur, "
                "puis enregistrez-le au format xlsx."
            )
        )
    return Table("", (), _counted(lines_of(decoded(content)), most))


def unreadable(message: str, **values: object) -> Refusal:
    """The refusal of a whole file."""
    return Refusal(message, Kind.INVALID, "file", **values)


def _counted(lines: Iterator[Line], most: int) -> Iterator[Line]:
    for count, line in enumerate(lines, 1):
        if count > MOST_ROWS:
            raise unreadable(_FAULTS["rows"], most=MOST_ROWS)
        if count > most:
            return
        yield line


def _workbook(content: bytes, most: int, *, texts: bool) -> Table:
    messages = _messages(content, most, texts=texts)
    first = next(messages, None)
    if not isinstance(first, dict):
        raise unreadable(_DEAD)
    return Table(first["sheet"], tuple(first["others"]), _rows(messages))


def _rows(messages: Iterator[object]) -> Iterator[Line]:
    for message in messages:
        if isinstance(message, list):
            yield from (Line(row[0], tuple(row[1:])) for row in message)


def _messages(content: bytes, most: int, *, texts: bool) -> Iterator[object]:
    """What a process of its own reads in a workbook, message by message; its death is told as a sentence."""
    # The program imports the library of sheets alone; -I keeps it from reading anything around it.
    command = [sys.executable, "-I", str(Path(unpacking.__file__)), str(most), *(["--texts"] if texts else [])]
    with subprocess.Popen(  # noqa: S603 — our own file, our own interpreter.
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield from _said(process, content)
        finally:
            # Whoever wanted the first rows only stops here.
            process.kill()


def _said(process: subprocess.Popen[bytes], content: bytes) -> Iterator[object]:
    assert process.stdin is not None
    assert process.stdout is not None
    # A program that died early does not take its whole input.
    with suppress(BrokenPipeError):
        process.stdin.write(content)
        process.stdin.flush()
    with suppress(BrokenPipeError):
        process.stdin.close()
    yield from _answers(process.stdout)
    if process.wait():
        raise unreadable(_DEAD)


def _answers(lines: Iterable[bytes]) -> Iterator[object]:
    for line in lines:
        message = json.loads(line)
        if isinstance(message, dict) and "fault" in message:
            raise unreadable(_FAULTS[message["fault"]], most=MOST_ROWS)
        yield message
