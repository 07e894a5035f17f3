"""The terms of a count that a file carries, so that one file is enough to count again.

Beside Pabulib's own keys, META holds `tie_break`, `tie_seed` (hexadecimal), `tie_round`
and `floors` (`vue:40000,rural:5000`, in the currency), and the column `floors` of
PROJECTS names the floors that concern a project. `tie_break` marks such a file: in a
file without it nothing is read here, not even the threshold, and it counts as ever.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from participatory.tally.amounts import format_amount, in_units, parse_amount
from participatory.tally.election import Election
from participatory.tally.terms import Floor, Terms
from participatory.tally.ties import Lot, Order, Ties

TIE_BREAK = "tie_break"
TIE_SEED = "tie_seed"
TIE_ROUND = "tie_round"
FLOORS = "floors"
THRESHOLD = "min_project_score_threshold"

_FLOOR_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")


def declares_terms(election: Election) -> bool:
    """Whether the file carries the terms of its count."""
    return TIE_BREAK in election.meta


def declared_terms(election: Election) -> Terms:
    """The terms that the file carries; those of a plain file (its budget, ties by id) when it carries none.

    Raises ValueError for a value that cannot be; the reader has refused such a file, with its line.
    """
    if not declares_terms(election):
        return Terms(election.budget)
    return Terms(election.budget, _floors(election), election.threshold, declared_order(election.meta))


def declared_order(meta: dict[str, str]) -> Order:
    """How ties are broken; raises ValueError for an unknown way or a seed that is not hexadecimal."""
    ties = Ties(meta.get(TIE_BREAK, Ties.LEXICO.value))
    return Order(ties, Lot(bytes.fromhex(meta.get(TIE_SEED, "")), meta.get(TIE_ROUND, "")))


def floor_amounts(meta: dict[str, str]) -> dict[str, Fraction]:
    """The floors of a file that carries its terms, in the currency; raises ValueError."""
    if TIE_BREAK not in meta:
        return {}
    amounts: dict[str, Fraction] = {}
    for part in filter(None, (part.strip() for part in meta.get(FLOORS, "").split(","))):
        key, separator, written = part.partition(":")
        amount = parse_amount(written)
        if not separator or not _FLOOR_KEY.fullmatch(key) or key in amounts or amount < 0:
            raise ValueError(f"not a floor: {part!r}")
        amounts[key] = amount
    return amounts


def faulty_terms(meta: dict[str, str], budget: Fraction) -> Iterator[str]:
    """The keys of META whose value cannot be, in a file that carries its terms."""
    if TIE_BREAK not in meta:
        return
    if meta[TIE_BREAK] not in [ties.value for ties in Ties]:
        yield TIE_BREAK
    try:
        bytes.fromhex(meta.get(TIE_SEED, ""))
    except ValueError:
        yield TIE_SEED
    try:
        within = sum(floor_amounts(meta).values()) <= budget
    except ValueError:
        within = False
    if not within:
        yield FLOORS


def terms_as_meta(terms: Terms, unit: int) -> dict[str, str]:
    """The keys of META that carry these terms; `unit` is the election's."""
    meta = {TIE_BREAK: terms.order.ties.value}
    if terms.order.ties is Ties.RULEBOOK:
        meta |= {TIE_SEED: terms.order.lot.seed.hex(), TIE_ROUND: terms.order.lot.round}
    if terms.floors:
        meta[FLOORS] = ",".join(f"{floor.key}:{format_amount(floor.budget, unit)}" for floor in terms.floors)
    if terms.threshold is not None:
        meta[THRESHOLD] = str(terms.threshold)
    return meta


def floors_of(project: str, terms: Terms) -> str:
    """The column `floors` of a project: the keys of the floors that concern it."""
    return ",".join(floor.key for floor in terms.floors if project in floor.project_ids)


def _floors(election: Election) -> tuple[Floor, ...]:
    concerned = {p.id: [key.strip() for key in p.extra.get(FLOORS, "").split(",")] for p in election.projects}
    return tuple(
        Floor(key, in_units(amount, election.unit), frozenset(id_ for id_, keys in concerned.items() if key in keys))
        for key, amount in floor_amounts(election.meta).items()
    )
