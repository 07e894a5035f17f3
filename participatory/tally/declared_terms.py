"""The terms of a count that a file carries, so that one file is enough to count again.

Beside Pabulib's own keys, META holds `tie_break`, `tie_seed` (hexadecimal), `tie_round`,
`floors` and `caps` (`vue:40000,rural:5000`, in the currency) and `partial_funding` (1).
In PROJECTS, the columns `floors`, `caps` and `groups` name those that concern a project,
`requires` the projects without which it cannot be funded, `partial_minimum` the least
amount with which its author agreed to be funded in part. `tie_break` marks such a file:
in a file without it nothing is read here, not even the threshold, and it counts as ever.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from participatory.tally.amounts import format_amount, in_units, parse_amount
from participatory.tally.election import Election
from participatory.tally.terms import Cap, Floor, Group, Terms
from participatory.tally.ties import Lot, Order, Ties

TIE_BREAK = "tie_break"
TIE_SEED = "tie_seed"
TIE_ROUND = "tie_round"
FLOORS = "floors"
CAPS = "caps"
GROUPS = "groups"
REQUIRES = "requires"
PARTIAL = "partial_funding"
PARTIAL_MINIMUM = "partial_minimum"
THRESHOLD = "min_project_score_threshold"

Extras: TypeAlias = Mapping[str, Mapping[str, str]]

_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def declares_terms(election: Election) -> bool:
    """Whether the file carries the terms of its count."""
    return TIE_BREAK in election.meta


def declared_terms(election: Election) -> Terms:
    """The terms that the file carries; those of a plain file (its budget, ties by id) when it carries none.

    Raises ValueError for a value that cannot be; the reader has refused such a file, with its line.
    """
    if not declares_terms(election):
        return Terms(election.budget)
    meta, unit = election.meta, election.unit
    extras = {project.id: project.extra for project in election.projects}
    floors, caps = _members(extras, FLOORS), _members(extras, CAPS)
    return Terms(
        budget=election.budget,
        floors=tuple(Floor(key, in_units(amount, unit), floors[key]) for key, amount in keyed_amounts(meta, FLOORS)),
        threshold=election.threshold,
        order=declared_order(meta),
        caps=tuple(Cap(key, in_units(amount, unit), caps[key]) for key, amount in keyed_amounts(meta, CAPS)),
        groups=tuple(Group(key, members) for key, members in sorted(_members(extras, GROUPS).items())),
        requires={id_: named for id_, extra in extras.items() if (named := _named(extra, REQUIRES))},
        partial=_partial(extras, unit) if PARTIAL in meta else None,
    )


def declared_order(meta: Mapping[str, str]) -> Order:
    """How ties are broken; raises ValueError for an unknown way or a seed that is not hexadecimal."""
    ties = Ties(meta.get(TIE_BREAK, Ties.LEXICO.value))
    return Order(ties, Lot(bytes.fromhex(meta.get(TIE_SEED, "")), meta.get(TIE_ROUND, "")))


def keyed_amounts(meta: Mapping[str, str], key: str) -> list[tuple[str, Fraction]]:
    """The floors or the caps of a file that carries its terms, in order and in the currency; raises ValueError."""
    if TIE_BREAK not in meta:
        return []
    amounts: dict[str, Fraction] = {}
    for part in filter(None, (part.strip() for part in meta.get(key, "").split(","))):
        name, separator, written = part.rpartition(":")
        amount = parse_amount(written)
        if not separator or not _KEY.fullmatch(name) or name in amounts or amount < 0:
            raise ValueError(f"not an amount by its key: {part!r}")
        amounts[name] = amount
    return list(amounts.items())


def declared_amounts(meta: Mapping[str, str], extras: Extras) -> Iterator[Fraction]:
    """Every amount of the terms, for the unit in which all of them are whole; raises ValueError."""
    for key in (FLOORS, CAPS):
        yield from (amount for _, amount in keyed_amounts(meta, key))
    if TIE_BREAK in meta:
        yield from (parse_amount(extra[PARTIAL_MINIMUM]) for extra in extras.values() if PARTIAL_MINIMUM in extra)


def faulty_terms(meta: Mapping[str, str], budget: Fraction) -> Iterator[str]:
    """The keys of META whose value cannot be, in a file that carries its terms."""
    if TIE_BREAK not in meta:
        return
    if meta[TIE_BREAK] not in [ties.value for ties in Ties]:
        yield TIE_BREAK
    try:
        bytes.fromhex(meta.get(TIE_SEED, ""))
    except ValueError:
        yield TIE_SEED
    for key, most in ((FLOORS, budget), (CAPS, None)):
        try:
            total = sum(amount for _, amount in keyed_amounts(meta, key))
        except ValueError:
            yield key
        else:
            if most is not None and total > most:
                yield key


def faulty_columns(meta: Mapping[str, str], extras: Extras) -> Iterator[tuple[str, str]]:
    """The projects and their columns whose value cannot be, in a file that carries its terms."""
    if TIE_BREAK not in meta:
        return
    circular = _circular(extras)
    for id_, extra in extras.items():
        if id_ in circular or not _named(extra, REQUIRES) <= extras.keys():
            yield id_, REQUIRES
        if PARTIAL_MINIMUM in extra and not _is_positive(extra[PARTIAL_MINIMUM]):
            yield id_, PARTIAL_MINIMUM


def terms_as_meta(terms: Terms, unit: int) -> dict[str, str]:
    """The keys of META that carry these terms; `unit` is the election's."""
    meta = {TIE_BREAK: terms.order.ties.value}
    if terms.order.ties is Ties.RULEBOOK:
        meta |= {TIE_SEED: terms.order.lot.seed.hex(), TIE_ROUND: terms.order.lot.round}
    if terms.floors:
        meta[FLOORS] = ",".join(f"{floor.key}:{format_amount(floor.budget, unit)}" for floor in terms.floors)
    if terms.caps:
        meta[CAPS] = ",".join(f"{cap.key}:{format_amount(cap.amount, unit)}" for cap in terms.caps)
    if terms.partial is not None:
        meta[PARTIAL] = "1"
    if terms.threshold is not None:
        meta[THRESHOLD] = str(terms.threshold)
    return meta


def terms_as_columns(project: str, terms: Terms, unit: int) -> dict[str, str]:
    """The columns of a project that carry these terms, those that say something."""
    least = (terms.partial or {}).get(project)
    columns = {
        FLOORS: ",".join(floor.key for floor in terms.floors if project in floor.project_ids),
        CAPS: ",".join(cap.key for cap in terms.caps if project in cap.project_ids),
        GROUPS: ",".join(group.key for group in terms.groups if project in group.project_ids),
        REQUIRES: ",".join(sorted(terms.requires.get(project, ()))),
        PARTIAL_MINIMUM: "" if least is None else format_amount(least, unit),
    }
    return {column: value for column, value in columns.items() if value}


def _named(extra: Mapping[str, str], column: str) -> frozenset[str]:
    return frozenset(part.strip() for part in extra.get(column, "").split(",") if part.strip())


def _members(extras: Extras, column: str) -> defaultdict[str, frozenset[str]]:
    """The projects that each key of a column names."""
    members: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for id_, extra in extras.items():
        for key in _named(extra, column):
            members[key] |= {id_}
    return members


def _partial(extras: Extras, unit: int) -> dict[str, int]:
    written = {id_: extra[PARTIAL_MINIMUM] for id_, extra in extras.items() if PARTIAL_MINIMUM in extra}
    return {id_: in_units(parse_amount(amount), unit) for id_, amount in written.items()}


def _circular(extras: Extras) -> frozenset[str]:
    """Projects that require each other, one circle of them if there are several."""
    try:
        TopologicalSorter({id_: _named(extra, REQUIRES) for id_, extra in extras.items()}).prepare()
    except CycleError as error:
        return frozenset(error.args[1])
    return frozenset()


def _is_positive(written: str) -> bool:
    try:
        return parse_amount(written) > 0
    except ValueError:
        return False
