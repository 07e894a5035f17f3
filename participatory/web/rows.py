"""Rows of a form that can be added and taken away, with or without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any

from wtforms import FieldList


class RowsField(FieldList):  # type: ignore[type-arg]  # generic for the stubs alone
    """Rows numbered with three plain digits at most; what a request names otherwise is no row."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        # The name by which templates know a list of fields.
        self.type = FieldList.__name__

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        # The library would read any sign that counts as a digit, such as ², and numbers of any length.
        row = re.compile(rf"^{re.escape(prefix)}-(\d{{1,3}})-\w+$", re.ASCII)
        yield from (int(found[1]) for found in map(row.match, formdata) if found)
