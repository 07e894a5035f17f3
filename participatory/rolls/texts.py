"""The rows of a csv file as universities export it, in whatever encoding and with whatever separator."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

DELIMITERS = ";,\t|"
# A line of an export with dozens of columns is a tenth of this.
LONGEST_LINE = 10_000
MOST_CELLS = 100
_LOOKED_AT = 20
SHOWN = 120


@dataclass(frozen=True)
class Line:
    """A row with its number as a spreadsheet shows it; `fault` says why its cells could not be told apart."""

    number: int
    cells: tuple[str, ...]
    fault: Refusal | None = None


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark, in UTF-16, or as Excel writes in France (cp1252).

    Raises Refusal (INVALID, field `file`) for a file that is not a text.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal(
        N_("Ce fichier n’est ni un texte ni un classeur lisible : exportez la liste en xlsx, ods ou csv."),
        Kind.INVALID,
        "file",
    )


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    # Western letters in UTF-16 leave every other byte empty.
    start = content[:2_000]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 3 and start[offset::2].count(0) > len(start) // 3:
            return (encoding,)
    return ("utf-8-sig", "cp1252")


def lines_of(text: str) -> Iterator[Line]:
    """The rows that are not empty.

    Lines are read one by one, so that a quotation mark left open spoils one row and not the
    rest of the file. A first line `sep=;`, which Excel understands, names the separator.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip(DELIMITERS + ' "')]
    named = filled[0][1].strip().strip('"').lower() if filled else ""
    if len(named) == 5 and named.startswith("sep=") and named[4] in DELIMITERS:
        delimiter, filled = named[4], filled[1:]
    else:
        delimiter = _delimiter([line[:LONGEST_LINE] for _, line in filled[:_LOOKED_AT]])
    for number, line in filled:
        yield _line(number, line, delimiter)


def _delimiter(lines: list[str]) -> str:
    """The separator that cuts the most lines into one same number of cells, greater than one."""

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in lines if delimiter in line)
        count, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return times, count

    return max(DELIMITERS, key=agreement)


def _line(number: int, text: str, delimiter: str) -> Line:
    if len(text) > LONGEST_LINE:
        return _spoilt(number, text, N_("Cette ligne est trop longue : un guillemet est peut-être resté ouvert."))
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return _spoilt(number, text, N_("Cette ligne ne se lit pas comme du csv."))
    return Line(number, tuple(cell.strip() for cell in cells[:MOST_CELLS]))


def _spoilt(number: int, text: str, message: str) -> Line:
    return Line(number, (text[: SHOWN + 1],), Refusal(message, Kind.INVALID))


def shown(text: str) -> str:
    """What a page shows of a text that may be of any length and hold any character."""
    visible = "".join(letter if letter.isprintable() else "�" for letter in text.replace("\t", " ")[:SHOWN])
    return visible + ("…" if len(text) > SHOWN else "")
