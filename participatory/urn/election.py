"""What the opening of a vote freezes beside the rulebook: the list of the projects on the ballot."""

import json
from collections.abc import Iterable
from hashlib import sha256


def projects_digest(rows: Iterable[tuple[str, str, int, str]]) -> str:
    """The SHA-256, in hexadecimal, of the projects on the ballot, in any order.

    Each row is the project's identifier, its contest, its cost in cents and its title;
    what is hashed is the canonical JSON (UTF-8, no spaces) of the sorted rows.
    """
    content = json.dumps(sorted(list(row) for row in rows), separators=(",", ":"), ensure_ascii=False)
    return sha256(content.encode()).hexdigest()
