"""Links between projects, from the rows that the opening of a vote froze to what a count honours. Pure.

A row is (link, kind, project, required project): the members of an `incompatible` pair or of a `one_of` group have no
fourth field, of these at most one is funded; in a `requires` link the third is funded only if the fourth is. Source:
docs/verify.md, links.csv.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from participatory.tally.terms import Group

Row = tuple[str, str, str, str]

REQUIRES = "requires"
KINDS = ("incompatible", "one_of", REQUIRES)


def links_digest(rows: Iterable[Sequence[str]]) -> str:
    """The SHA-256, in hexadecimal, of the canonical JSON (UTF-8, no spaces) of the sorted rows."""
    content = json.dumps(sorted(list(row) for row in rows), separators=(",", ":"), ensure_ascii=False)
    return sha256(content.encode()).hexdigest()


def as_rows(rows: Iterable[Sequence[str]]) -> list[Row]:
    """Rows as they came out of a JSON text."""
    return [(link, kind, project, required) for link, kind, project, required in rows]


def groups_among(rows: Iterable[Row], counted: Mapping[str, str]) -> tuple[Group, ...]:
    """The groups of a count, by the key of their link; `counted` gives the id in the count of each project of it."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for link, kind, project, _required in rows:
        if kind != REQUIRES and project in counted:
            members[link].add(counted[project])
    return tuple(Group(key, frozenset(found)) for key, found in sorted(members.items()) if len(found) > 1)


def requirements_among(rows: Iterable[Row], counted: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each project of a count, those of the same count without which it cannot be funded."""
    needed: defaultdict[str, set[str]] = defaultdict(set)
    for _link, kind, project, required in rows:
        if kind == REQUIRES and project in counted and required in counted:
            needed[counted[project]].add(counted[required])
    return {project: frozenset(found) for project, found in sorted(needed.items())}


def stranded(rows: Iterable[Row], present: Iterable[str]) -> frozenset[str]:
    """The projects present that require one which is not, or which is stranded itself: they cannot be done."""
    needs = [(project, required) for _link, kind, project, required in rows if kind == REQUIRES]
    there, lost = set(present), set[str]()
    while gone := {project for project, required in needs if project in there and required not in there}:
        there -= gone
        lost |= gone
    return frozenset(lost)
