"""Where a file carries the terms of its count: in META's `comment`, as numbered items `#2: key=value`.

The Pabulib format has no keys of its own for them, and its checker refuses unknown ones; numbered
comments are what it offers. Values hold no space; ids of projects are percent-encoded in
lists. Files of our first version had keys in META and a column of PROJECTS; they still read.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote, unquote

COMMENT = "comment"
TIE_BREAK = "tie_break"
FLOORS = "floors"
FLOOR = "floor"

Extras: TypeAlias = Mapping[str, Mapping[str, str]]

_TITLE = "terms of the count for participatory tally"
_MARK = re.compile(r"#\d+: ")
_ITEM = re.compile(r"([a-z_]+(?:\.[^=\s]+)?)=(\S*)")
_OF_TERMS = "tie_break tie_seed tie_round floors floor caps cap group requires partial_funding partial"
_OF_METHOD = "count_rule count_sat count_completion count_stop count_step"
_KINDS = frozenset(f"{_OF_TERMS} {_OF_METHOD}".split())
_FIRST_VERSION = (TIE_BREAK, "tie_seed", "tie_round", FLOORS)


def carried(meta: Mapping[str, str], extras: Extras) -> dict[str, str]:
    """The items that the file carries, by their keys; empty for a file that carries no terms.

    `extras` gives the further columns of each project by its id.
    """
    items = _items(meta.get(COMMENT, ""))
    if TIE_BREAK in items:
        return items
    return _first_version(meta, extras) if TIE_BREAK in meta else {}


def faulty_parts(comment: str) -> Iterator[str]:
    """The numbered parts of a comment of ours that are no item of a known kind, or that stand twice.

    A slip in a term must not change a count without a word.
    """
    _, ours, written = comment.partition(_TITLE)
    if not ours:
        return
    seen = set()
    for part in filter(None, (part.strip() for part in _MARK.split(written))):
        match = _ITEM.fullmatch(part)
        if match is None or match.group(1).partition(".")[0] not in _KINDS or match.group(1) in seen:
            yield part
        else:
            seen.add(match.group(1))


def as_comment(items: Mapping[str, str], present: str = "") -> str:
    """The comment that holds these items after those that it holds already."""
    first = len(_MARK.findall(present))
    written = [_TITLE, *(f"{key}={value}" for key, value in items.items())]
    numbered = [f"#{number}: {item}" for number, item in enumerate(written, start=first + 1)]
    return " ".join([*([present] if present else []), *numbered])


def in_list(projects: Iterable[str]) -> str:
    """Ids of projects as an item lists them."""
    return ",".join(encoded(project) for project in sorted(projects))


def from_list(written: str) -> frozenset[str]:
    """The ids of projects that an item lists."""
    return frozenset(unquote(part) for part in written.split(",") if part)


def encoded(text: str) -> str:
    """A text without spaces or signs that separate."""
    return quote(text, safe=":_-")


def named(items: Mapping[str, str], kind: str) -> dict[str, str]:
    """The items of one kind by their names: `floor.vue=…` by `vue`."""
    prefix = f"{kind}."
    return {unquote(key.removeprefix(prefix)): value for key, value in items.items() if key.startswith(prefix)}


def _items(comment: str) -> dict[str, str]:
    found = (_ITEM.fullmatch(part.strip()) for part in _MARK.split(comment))
    return {match.group(1): match.group(2) for match in found if match}


def _first_version(meta: Mapping[str, str], extras: Extras) -> dict[str, str]:
    concerned: defaultdict[str, list[str]] = defaultdict(list)
    for project, extra in extras.items():
        for key in filter(None, (part.strip() for part in extra.get(FLOORS, "").split(","))):
            concerned[key].append(project)
    items = {key: meta[key] for key in _FIRST_VERSION if key in meta}
    for part in filter(None, (part.strip() for part in meta.get(FLOORS, "").split(","))):
        concerned.setdefault(part.rpartition(":")[0], [])
    return items | {f"{FLOOR}.{encoded(key)}": in_list(projects) for key, projects in concerned.items()}
