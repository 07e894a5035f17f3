"""A round as somebody wants it, before it is judged and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules import Phase, Texts


@dataclass(frozen=True)
class Draft:
    """Texts, the start of each phase (UTC) and the rules.

    `note` is the published reason of a change of rules; `seen` is the `mark` of the
    round that was read before editing it. A new round needs neither.
    """

    texts: Texts
    dates: Mapping[Phase, datetime]
    book: Rulebook
    note: str = ""
    seen: str = ""
