"""Recognising a site or an establishment as people write it."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

MOST_SUGGESTIONS = 300
# Two codes of the ministry (UAI) that differ by one digit are two places of anywhere in France: a code is never a slip.
_CODE = re.compile(r"\d{7}[a-z]")


def folded(text: str) -> str:
    """A name without accents, case or punctuation: `Nîmes-Alès` and `NIMES ALES` are one."""
    plain = unicodedata.normalize("NFKD", text).replace("œ", "oe").replace("Œ", "oe")
    kept = (letter if letter.isalnum() else " " for letter in plain.lower() if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())


class Gazetteer:
    """The places of one kind under all the names that stand for one of them alone."""

    def __init__(self, places: Iterable[tuple[int, str, Iterable[str]]]):
        """`places`: number, name to show, other names; a name shared by two places stands for none."""
        self._ids: dict[str, set[int]] = {}
        self._names: dict[int, str] = {}
        # A list repeats a few names thousands of times: each is looked for once.
        self._found: dict[str, int | None] = {}
        self._suggestions: dict[str, str] = {}
        for number, name, others in places:
            self._names[number] = name
            for each in (name, *others):
                if folded(each):
                    self._ids.setdefault(folded(each), set()).add(number)

    def find(self, text: str) -> int | None:
        """The number of the place that this text names, None when it names none or several."""
        if text not in self._found:
            ids = self._ids.get(folded(text), set())
            self._found[text] = next(iter(ids)) if len(ids) == 1 else None
        return self._found[text]

    def is_shared(self, text: str) -> bool:
        """Whether several places go by this name."""
        return len(self._ids.get(folded(text), ())) > 1

    def nearest(self, text: str) -> str:
        """The name of the place that this text most resembles, empty when it resembles none.

        Remembered for each text, since a list repeats the same slip thousands of times; after
        MOST_SUGGESTIONS different slips the list is not one of ours and gets no more help.
        """
        if text not in self._suggestions and len(self._suggestions) >= MOST_SUGGESTIONS:
            return ""
        if text not in self._suggestions:
            close = difflib.get_close_matches(folded(text), self._known, n=1, cutoff=0.6)
            self._suggestions[text] = self._names[min(self._ids[close[0]])] if close else ""
        return self._suggestions[text]

    @cached_property
    def _known(self) -> list[str]:
        return [name for name in self._ids if not _CODE.fullmatch(name)]
