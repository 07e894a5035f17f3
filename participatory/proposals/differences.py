"""What changed between two texts, word by word. Pure."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

from participatory.core.markdown import plain

# A word, a run of spaces, or one sign: put end to end, they are the text again.
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond this many pieces in both texts, lines are compared instead: the time grows with the product.
_MOST = 4_000


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Words that follow each other and had the same fate."""

    change: Change
    text: str


def word_differences(before: str, after: str) -> list[Piece]:
    """The two texts as one: what stayed, what was removed, what was added, in reading order.

    The pieces that are not added make `before` again, those that are not removed make `after`.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Change.SAME, "".join(old[i1:i2])))
            continue
        for change, text in ((Change.REMOVED, old[i1:i2]), (Change.ADDED, new[j1:j2])):
            if text:
                found.append(Piece(change, "".join(text)))
    return _without_crumbs(found)


def text_differences(before: str, after: str) -> list[Piece]:
    """The same for Markdown texts, as they are read; with their signs when these alone differ."""
    old, new = plain(before), plain(after)
    return word_differences(before, after) if old == new else word_differences(old, new)


def _without_crumbs(pieces: list[Piece]) -> list[Piece]:
    """A lone space that stayed between two changes is part of them: a phrase reads better than its words apart."""
    joined: list[Piece] = []
    removed = added = ""
    for place, piece in enumerate(pieces):
        between = 0 < place < len(pieces) - 1
        if piece.change is Change.SAME and not (between and piece.text.isspace()):
            joined += _changes(removed, added)
            removed = added = ""
            joined.append(piece)
            continue
        removed += piece.text if piece.change is not Change.ADDED else ""
        added += piece.text if piece.change is not Change.REMOVED else ""
    return joined + _changes(removed, added)


def _changes(removed: str, added: str) -> list[Piece]:
    if removed == added:
        return [Piece(Change.SAME, added)] if added else []
    pairs = ((Change.REMOVED, removed), (Change.ADDED, added))
    return [Piece(change, text) for change, text in pairs if text]
