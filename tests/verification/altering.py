"""Bundles in memory, and every way of altering a file a little."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from typing import IO

from participatory.verification.bundle import Bundle
from participatory.verification.checks import Finding, verify
from participatory.verification.source import Source


class Memory(Source):
    """A bundle whose files are held in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.sizes = {name: len(data) for name, data in files.items()}

    def open(self, name: str) -> IO[bytes]:
        self._known(name)
        return io.BytesIO(self.files[name])


def bundle(files: Mapping[str, bytes], *given: bytes) -> Bundle:
    return Bundle(Memory(files), [(f"kept-{number}.json", data) for number, data in enumerate(given, start=1)])


def found(files: Mapping[str, bytes], *given: bytes) -> list[Finding]:
    return list(verify(bundle(files, *given)))


def failed(files: Mapping[str, bytes], *given: bytes) -> list[int]:
    """The numbers of the checks that fail."""
    return [each.check.number for each in found(files, *given) if not each.passed]


def faults(files: Mapping[str, bytes], number: int, *given: bytes) -> str:
    """What one check says, in one text."""
    return "\n".join(found(files, *given)[number - 1].faults)


def by_byte(data: bytes, places: int, seed: str) -> Iterator[tuple[str, bytes]]:
    """The data with one byte replaced, deleted or inserted, at places spread over the whole, the ends among them."""
    drawn = random.Random(seed)  # noqa: S311 — the same places each time.
    spread = {0, len(data) - 1, *(drawn.randrange(len(data)) for _ in range(places - 2))}
    while len(spread) < min(places, len(data)):
        spread.add(drawn.randrange(len(data)))
    for number, place in enumerate(sorted(spread)):
        before, byte, after = data[:place], data[place], data[place + 1 :]
        if number % 4 == 0:
            yield f"byte {place} deleted", before + after
        elif number % 4 == 1:
            yield f"a byte inserted at {place}", before + bytes([drawn.choice(b"0a 9,;\n")]) + data[place:]
        else:
            others = [each for each in (byte ^ 1, drawn.choice(b'0123456789abcdef \n,"')) if each != byte]
            yield f"byte {place} replaced", before + bytes([drawn.choice(others)]) + after


def by_row(data: bytes, seed: str) -> Iterator[tuple[str, bytes]]:
    """The data with a row dropped, duplicated, swapped with another or edited, at several rows."""
    rows, drawn = data.splitlines(keepends=True), random.Random(seed)  # noqa: S311 — the same rows each time.
    for place in sorted({0, len(rows) - 1, *(drawn.randrange(len(rows)) for _ in range(3))}):
        row = rows[place]
        yield f"row {place} dropped", b"".join([*rows[:place], *rows[place + 1 :]])
        yield f"row {place} duplicated", b"".join([*rows[: place + 1], row, *rows[place + 1 :]])
        edited = _edited(row)
        yield f"row {place} edited", b"".join([*rows[:place], edited, *rows[place + 1 :]])
        other = next((at for at, each in enumerate(rows) if at > place and each != row), None)
        if other is not None:
            swapped = [*rows]
            swapped[place], swapped[other] = swapped[other], swapped[place]
            yield f"rows {place} and {other} swapped", b"".join(swapped)


def _edited(row: bytes) -> bytes:
    """A row in which the last digit, or the last letter, is another."""
    for place in range(len(row) - 1, -1, -1):
        letter = row[place : place + 1]
        if letter.isalnum():
            other = b"7" if letter != b"7" else b"3"
            return row[:place] + other + row[place + 1 :]
    return row + b"7"
