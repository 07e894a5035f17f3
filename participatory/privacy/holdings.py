"""The registry: what each package holds about people, what goes with an account, and what goes with time.

Privacy stands below the packages that hold most and cannot ask them; each offers its own
functions in `register(app, …)`. The same entries make the page « Mes données », its export,
the register of processing that the law asks for, and what staff may look up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.privacy.rules import Basis, Task

_KEY = "privacy"


@dataclass(frozen=True)
class Processing:
    """A line of the register of processing; texts are French catalogue keys.

    `kept` says how long in the page's language, from the rules in force. `tasks`: for which of
    them staff may see it; none means never.
    """

    key: str
    title: str
    data: str
    purpose: str
    recipients: str
    kept: Callable[[], str]
    basis: Basis = Basis.PUBLIC_TASK
    tasks: frozenset[Task] = frozenset()


@dataclass(frozen=True)
class Holding:
    """What is held about one person under a processing, in the page's language.

    `rows` are pairs of a name and a value; `notes` are sentences; `until` is the clock: until when
    exactly for this person, or the event that starts it; `data` is the same for machines (JSON).
    """

    until: str
    rows: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    data: Any = None


@dataclass(frozen=True)
class Kept:
    """What a deletion leaves, and why, in the page's language."""

    what: str
    why: str


@dataclass(frozen=True)
class Erasure:
    """What deleting an account would do: what goes, what stays and why, what must be done before."""

    goes: tuple[str, ...] = ()
    stays: tuple[Kept, ...] = ()
    before: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Coming:
    """How many rows a rule will delete, of which round (its title, empty for none), from which instant (UTC) on."""

    number: int
    at: datetime
    round_title: str = ""


@dataclass(frozen=True)
class Deleted:
    """What one batch deleted; `round_key` is the public identifier of the round, empty for none."""

    number: int
    round_id: int | None = None
    round_key: str = ""


@dataclass(frozen=True)
class Retention:
    """A rule of retention. `title` is a French catalogue key, `kept` the delay in the page's language.

    `coming(moment)` says what will be due by an instant; `batch(now, most)` deletes at most that many rows within the
    transaction of its caller, and answers None once nothing is due.
    """

    key: str
    title: str
    kept: Callable[[], str]
    coming: Callable[[datetime], Sequence[Coming]]
    batch: Callable[[datetime, int], Deleted | None]


# The titles of rounds by their row: this package stands below them.
RoundNames = Callable[[Sequence[int]], Mapping[int, str]]
Holder = Callable[[Person, datetime], Holding | None]
Foresee = Callable[[Person, datetime], Erasure]
Erase = Callable[[Person, datetime], None]


@dataclass
class _Registry:
    held: list[tuple[Processing, Holder]] = field(default_factory=list)
    erasers: list[tuple[Foresee, Erase]] = field(default_factory=list)
    without_holder: list[Processing] = field(default_factory=list)
    rules: list[Retention] = field(default_factory=list)
    round_names: RoundNames = lambda _numbers: {}


def _of(app: Flask) -> _Registry:
    registry: _Registry = app.extensions.setdefault(_KEY, _Registry())
    return registry


def _here() -> _Registry:
    registry: _Registry = current_app.extensions[_KEY]
    return registry


def offer_holdings(app: Flask, processing: Processing, holder: Holder) -> None:
    """Add a line to the register; `holder(person, now)` says what it holds about a person, None for nothing."""
    _of(app).held.append((processing, holder))


def offer_processing(app: Flask, processing: Processing) -> None:
    """Add a line of which nothing can be shown to one person: a file that waits, a cookie, an anonymous ballot."""
    _of(app).without_holder.append(processing)


def offer_erasure(app: Flask, foresee: Foresee, erase: Erase) -> None:
    """Add what deleting an account does: `foresee` says it beforehand, `erase` does it within the transaction."""
    _of(app).erasers.append((foresee, erase))


def offer_retention(app: Flask, rule: Retention) -> None:
    """Add a rule to the daily job; rules run from the highest package to the lowest."""
    _of(app).rules.append(rule)


def processings() -> list[Processing]:
    """The register of processing, in order."""
    return [*(processing for processing, _holder in _here().held), *_here().without_holder]


def holdings_of(person: Person, now: datetime, task: Task | None = None) -> list[tuple[Processing, Holding | None]]:
    """What is held about a person, line by line; for staff, only what their task needs."""
    return [
        (processing, holder(person, now))
        for processing, holder in _here().held
        if task is None or task in processing.tasks
    ]


def foreseen(person: Person, now: datetime) -> Erasure:
    """What deleting this account would do, whole."""
    parts = [foresee(person, now) for foresee, _erase in _here().erasers]
    return Erasure(
        tuple(sentence for part in parts for sentence in part.goes),
        tuple(kept for part in parts for kept in part.stays),
        tuple(refusal for part in parts for refusal in part.before),
    )


def erase_all(person: Person, now: datetime) -> None:
    """Erase what every package holds about a person, from the highest to the lowest: theirs may name the lower ones."""
    for _foresee, erase in reversed(_here().erasers):
        erase(person, now)


def retention_rules() -> list[Retention]:
    """The rules of retention, the highest package first."""
    return list(reversed(_here().rules))


def name_rounds(app: Flask, names: RoundNames) -> None:
    """Say how rounds are called, for the records of what was deleted of them."""
    _of(app).round_names = names


def round_names(numbers: Sequence[int]) -> Mapping[int, str]:
    """The titles of these rounds by their row."""
    return _here().round_names(numbers) if numbers else {}
