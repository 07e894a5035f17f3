"""The terms of a count that a file carries (see `carried`), so that one file is enough to count again.

The items: `tie_break`, `tie_seed` (hexadecimal), `tie_round`, `floors` and `caps`
(`vue:40000,rural:5000`, in the currency), `floor.vue`, `cap.site:albi` and `group.halls`
(the projects that they concern), `requires.ID` (the projects without which that one
cannot be funded), `partial_funding` (1) and `partial.ID` (the least amount with which its
author agreed to be funded in part). `tie_break` marks such a file: in a file without it
nothing is read here, not even the threshold of its META, and it counts as ever.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from urllib.parse import unquote

from participatory.tally.amounts import format_amount, in_units, parse_amount
from participatory.tally.carried import FLOOR, FLOORS, TIE_BREAK, carried, encoded, from_list, in_list, named
from participatory.tally.election import Election
from participatory.tally.terms import Cap, Floor, Group, Terms
from participatory.tally.ties import Lot, Order, Ties

TIE_SEED = "tie_seed"
TIE_ROUND = "tie_round"
CAPS = "caps"
CAP = "cap"
GROUP = "group"
REQUIRES = "requires"
PARTIAL = "partial_funding"
PARTIAL_MINIMUM = "partial"
THRESHOLD = "min_project_score_threshold"

Items = Mapping[str, str]

_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def items_of(election: Election) -> dict[str, str]:
    """The items that an election read from a file carries."""
    return carried(election.meta, {project.id: project.extra for project in election.projects})


def declares_terms(election: Election) -> bool:
    """Whether the file carries the terms of its count."""
    return bool(items_of(election))


def declared_terms(election: Election) -> Terms:
    """The terms that the file carries; those of a plain file (its budget, ties by id) when it carries none.

    Raises ValueError for a value that cannot be; the reader has refused such a file, with its line.
    """
    items, unit = items_of(election), election.unit
    if not items:
        return Terms(election.budget)
    floors, caps = _listed(items, FLOOR), _listed(items, CAP)
    return Terms(
        budget=election.budget,
        floors=tuple(
            Floor(key, in_units(amount, unit), floors.get(key, frozenset()))
            for key, amount in keyed_amounts(items, FLOORS)
        ),
        threshold=election.threshold,
        order=declared_order(items),
        caps=tuple(
            Cap(key, in_units(amount, unit), caps.get(key, frozenset())) for key, amount in keyed_amounts(items, CAPS)
        ),
        groups=tuple(Group(key, members) for key, members in sorted(_listed(items, GROUP).items())),
        requires=_listed(items, REQUIRES),
        partial=_partial(items, unit) if PARTIAL in items else None,
    )


def declared_order(items: Items) -> Order:
    """How ties are broken; raises ValueError for an unknown way or a seed that is not hexadecimal."""
    ties = Ties(items.get(TIE_BREAK, Ties.LEXICO.value))
    return Order(ties, Lot(bytes.fromhex(items.get(TIE_SEED, "")), unquote(items.get(TIE_ROUND, ""))))


def keyed_amounts(items: Items, key: str) -> list[tuple[str, Fraction]]:
    """The floors or the caps that a file carries, in their order and in the currency; raises ValueError."""
    amounts: dict[str, Fraction] = {}
    for part in filter(None, (part.strip() for part in items.get(key, "").split(","))):
        name, separator, written = part.rpartition(":")
        amount = parse_amount(written)
        if not separator or not _KEY.fullmatch(name) or name in amounts or amount < 0:
            raise ValueError(f"not an amount by its key: {part!r}")
        amounts[name] = amount
    return list(amounts.items())


def declared_amounts(items: Items) -> Iterator[Fraction]:
    """Every amount of the terms, for the unit in which all of them are whole; raises ValueError."""
    for key in (FLOORS, CAPS):
        yield from (amount for _, amount in keyed_amounts(items, key))
    yield from map(parse_amount, named(items, PARTIAL_MINIMUM).values())


def faulty_terms(items: Items, budget: Fraction, projects: frozenset[str]) -> Iterator[str]:
    """The keys of the items whose value cannot be, for an election of that budget and these projects."""
    if items and items[TIE_BREAK] not in [ties.value for ties in Ties]:
        yield TIE_BREAK
    if not _is_hexadecimal(items.get(TIE_SEED, "")):
        yield TIE_SEED
    for key, most in ((FLOORS, budget), (CAPS, None)):
        if not _are_amounts(items, key, most):
            yield key
    for kind, amounts in ((FLOOR, FLOORS), (CAP, CAPS)):
        if _are_amounts(items, amounts, None) and {key for key, _ in keyed_amounts(items, amounts)} != set(
            named(items, kind)
        ):
            yield amounts
    for kind in (FLOOR, CAP, GROUP, REQUIRES):
        for name, listed in _listed(items, kind).items():
            if not listed <= projects or (kind == REQUIRES and name not in projects):
                yield f"{kind}.{encoded(name)}"
    for project in _circle(items):
        yield f"{REQUIRES}.{encoded(project)}"
    for project, written in named(items, PARTIAL_MINIMUM).items():
        if project not in projects or not _is_positive(written):
            yield f"{PARTIAL_MINIMUM}.{encoded(project)}"


def terms_as_items(terms: Terms, unit: int) -> dict[str, str]:
    """The items that carry these terms; `unit` is the election's. The threshold has its own key in META."""
    items = {TIE_BREAK: terms.order.ties.value}
    if terms.order.ties is Ties.RULEBOOK:
        items |= {TIE_SEED: terms.order.lot.seed.hex(), TIE_ROUND: encoded(terms.order.lot.round)}
    if terms.floors:
        items[FLOORS] = ",".join(f"{floor.key}:{format_amount(floor.budget, unit)}" for floor in terms.floors)
        items |= {f"{FLOOR}.{encoded(floor.key)}": in_list(floor.project_ids) for floor in terms.floors}
    if terms.caps:
        items[CAPS] = ",".join(f"{cap.key}:{format_amount(cap.amount, unit)}" for cap in terms.caps)
        items |= {f"{CAP}.{encoded(cap.key)}": in_list(cap.project_ids) for cap in terms.caps}
    items |= {f"{GROUP}.{encoded(group.key)}": in_list(group.project_ids) for group in terms.groups}
    items |= {f"{REQUIRES}.{encoded(id_)}": in_list(others) for id_, others in terms.requires.items() if others}
    if terms.partial is not None:
        items[PARTIAL] = "1"
        items |= {f"{PARTIAL_MINIMUM}.{encoded(id_)}": format_amount(n, unit) for id_, n in terms.partial.items()}
    return items


def threshold_as_meta(terms: Terms) -> dict[str, str]:
    """The key of META that holds the threshold, where there is one."""
    return {} if terms.threshold is None else {THRESHOLD: str(terms.threshold)}


def _listed(items: Items, kind: str) -> dict[str, frozenset[str]]:
    return {name: from_list(written) for name, written in named(items, kind).items()}


def _partial(items: Items, unit: int) -> dict[str, int]:
    return {id_: in_units(parse_amount(written), unit) for id_, written in named(items, PARTIAL_MINIMUM).items()}


def _circle(items: Items) -> frozenset[str]:
    """Projects that require each other, one circle of them if there are several."""
    try:
        TopologicalSorter(_listed(items, REQUIRES)).prepare()
    except CycleError as error:
        return frozenset(error.args[1])
    return frozenset()


def _are_amounts(items: Items, key: str, most: Fraction | None) -> bool:
    try:
        total = sum(amount for _, amount in keyed_amounts(items, key))
    except ValueError:
        return False
    return most is None or total <= most


def _is_hexadecimal(written: str) -> bool:
    try:
        bytes.fromhex(written)
    except ValueError:
        return False
    return True


def _is_positive(written: str) -> bool:
    try:
        return parse_amount(written) > 0
    except ValueError:
        return False
