"""What the variable parts of addresses may hold."""

from typing import Any

from werkzeug.routing import Map, UnicodeConverter

# Identifiers, short names, tokens and names of files are shorter; the key of a rate limit holds one whole.
LONGEST = 200


class AddressPart(UnicodeConverter):
    """A part without slash, of LONGEST characters at most, and without the NUL that PostgreSQL refuses.

    Another leads to no page, so that no view, no limit and no query meets it.
    """

    def __init__(self, map: Map, *_arguments: Any, **_options: Any):  # noqa: A002 — the name that the library gives it.
        super().__init__(map)
        self.regex = rf"[^/\x00]{{1,{LONGEST}}}"
