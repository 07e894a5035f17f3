"""How opened ballots are written for everybody: one row for each ballot of a contest, in an order that says nothing."""

from collections.abc import Iterable
from hashlib import sha256

from participatory.urn.document import Choice

HEAD = "contest,tracker,choices\n"

# The contest, the tracker or nothing, the choices as `choices_text` writes them.
Row = tuple[str, str, str]


def choices_text(choices: Iterable[Choice]) -> str:
    """Choices as `id:value id:value`, sorted by identifier; identifiers hold neither space nor colon."""
    return " ".join(f"{project}:{value}" for project, value in sorted(choices))


def choices_from(text: str) -> tuple[Choice, ...]:
    """The choices that a text holds; raises ValueError for another text."""
    pairs = [pair.rpartition(":") for pair in text.split(" ")] if text else []
    return tuple((project, int(value)) for project, _colon, value in pairs)


def ballots_csv(rows: Iterable[Row]) -> bytes:
    """The published table of ballots: sorted by contest, choices, tracker; no field needs quotes."""
    ordered = sorted(rows, key=lambda row: (row[0], row[2], row[1]))
    return (HEAD + "".join(f"{contest},{tracker},{choices}\n" for contest, tracker, choices in ordered)).encode()


def ballots_digest(rows: Iterable[Row]) -> str:
    """The SHA-256 of the published table, in hexadecimal: what the journal keeps of the count."""
    return sha256(ballots_csv(rows)).hexdigest()
