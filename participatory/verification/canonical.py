"""The one way in which each thing of a bundle is written, so that a digest stands for what it says."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any, NoReturn


def compact(value: object) -> str:
    """JSON on one line: sorted keys, no spaces, letters as they are."""
    return _ENCODER.encode(value)


def spread(value: object) -> bytes:
    """JSON to be read by people, as the manifest is written: sorted keys, one space of indent, a last line end."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def digest_of(data: str | bytes) -> str:
    """The SHA-256, in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def parse(data: str | bytes) -> Any:
    """What a JSON text says; raises ValueError for another text, and for numbers that are not whole."""
    try:
        return _DECODER.decode(data if isinstance(data, str) else data.decode())
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file: UTF-8, commas, one header row, lines that end with LF, quotation marks only where needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


def _no_number(written: str) -> NoReturn:
    raise ValueError(f"not a whole number: {written}")


# Made once: a journal has a row for each ballot.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_DECODER = json.JSONDecoder(parse_float=_no_number, parse_constant=_no_number)

__all__ = ["compact", "digest_of", "parse", "quoted", "spread", "table"]
