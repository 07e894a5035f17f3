"""How long a deed waits, where it stands, and what is shown of it before it is done."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.labels import N_, register

# A week leaves time for a second person who works part time; beyond it, what was shown is too old to be confirmed.
LASTS = timedelta(days=7)
LONGEST_REASON = 300


class DeedState(StrEnum):
    """Where a deed stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


register(
    {
        DeedState.WAITING: N_("Attend une seconde personne"),
        DeedState.CONFIRMED: N_("Confirmé"),
        DeedState.WITHDRAWN: N_("Retiré"),
        DeedState.EXPIRED: N_("Périmé"),
    }
)


def state_at(
    now: datetime, expires_at: datetime, confirmed_at: datetime | None, withdrawn_at: datetime | None
) -> DeedState:
    """Where a deed stands at an instant (UTC)."""
    if confirmed_at is not None:
        return DeedState.CONFIRMED
    if withdrawn_at is not None:
        return DeedState.WITHDRAWN
    return DeedState.WAITING if now < expires_at else DeedState.EXPIRED


@dataclass(frozen=True)
class Sentence:
    """A French sentence (a catalogue key) with named placeholders, and what fills them."""

    message: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Figures in detail: catalogue keys for the caption and the columns, then rows as they are shown."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True)
class Description:
    """Exactly what will happen: the same for both people, in whatever language they read it.

    `facts` are pairs of a label (catalogue key) and a value; `sentences` say the consequences,
    `warnings` what deserves a second look. `present` are facts of this instant, which may change
    between the two people without changing what was decided: they are shown, and not compared.
    """

    title: Sentence
    facts: tuple[tuple[str, str | int], ...] = ()
    sentences: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    tables: tuple[Table, ...] = ()
    present: tuple[tuple[str, str | int], ...] = ()

    def digest(self) -> str:
        """SHA-256 of what is decided, in hexadecimal: two people have seen the same thing when it is equal."""
        text = json.dumps(asdict(replace(self, present=())), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
