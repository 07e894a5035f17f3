"""Searching French text with the same meaning on every database.

A text is kept as stems without accents, separated by spaces; a query matches when
each of its stems begins a word of the text.
"""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer
import sqlalchemy as sa

_STEMMER = snowballstemmer.stemmer("french")
_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": " ", "'": " "})


def folded(text: str) -> str:
    """Lower case, without accents or ligatures."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    stem: str = _STEMMER.stemWord(word)
    # French Snowball leaves some plurals, "velos" among them, as they are.
    return stem[:-1] if len(stem) > 3 and stem[-1] in "sx" else stem


def stems(text: str) -> str:
    """The stems of a text in order, between spaces, with one space at each end."""
    return f" {' '.join(_stem(word) for word in _WORD.findall(folded(text)))} "


def matches(column: sa.SQLColumnExpression[str], query: str) -> sa.ColumnElement[bool]:
    """The condition that each stem of the query begins a word of the column; true for an empty query."""
    wanted = stems(query[:200]).split()
    return sa.and_(sa.true(), *(column.contains(f" {stem}", autoescape=True) for stem in wanted))
