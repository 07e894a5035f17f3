"""Sorting the rows of a list: people, rows repeated, bad rows with their reason, warnings. Pure.

Identifiers are turned into the round's pseudonyms as soon as they are read: what comes out holds
none in clear, but in the few words quoted of a bad row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.identifiers import (
    Sealed,
    check_letter,
    ine_from_esi,
    is_esi,
    normalised_ine,
    normalised_uai,
    numbered,
    sealed,
    uai_is_coherent,
)
from participatory.identity.rules import normalised_email
from participatory.rolls.columns import IDENTIFIERS, ColumnKind, Layout
from participatory.rolls.gathering import Gathering
from participatory.rolls.places import Gazetteer
from participatory.rolls.rules import Place, Reading, Remark, pseudonym
from participatory.rolls.texts import SHOWN, Line, shown


@dataclass(frozen=True)
class Peppers:
    """The two secrets under which an identifier becomes a pseudonym: the installation's and the round's."""

    identity: bytes
    round: bytes


@dataclass(frozen=True)
class Known:
    """The places that a list may name.

    `codes` is the UAI of each establishment that has one; `only` is the establishment whose list
    this is, None when the list may have several.
    """

    sites: Gazetteer
    establishments: Gazetteer
    codes: Mapping[int, str]
    only: int | None = None


@dataclass
class _Sorting:
    """A reading under way."""

    layout: Layout
    known: Known
    peppers: Peppers
    people: Gathering = field(default_factory=Gathering)
    rows: int = 0
    bad: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


def read_rows(lines: Iterable[Line], layout: Layout, known: Known, peppers: Peppers) -> Reading:
    """Sort the rows below the titles."""
    sorting = _Sorting(layout, known, peppers)
    for line in lines:
        if line.number <= layout.head:
            continue
        sorting.rows += 1
        cells = _cells(line, layout)
        try:
            _sort(sorting, line, cells)
        except Refusal as reason:
            quoted = line.cells if line.fault else tuple(cells.values())
            sorting.bad.append(Remark(line.number, shown(" ; ".join(quoted)), reason))
            if sorting.warnings and sorting.warnings[-1].line == line.number:
                sorting.warnings.pop()
    return Reading(
        sorting.people.people(), sorting.rows, sorting.people.repeated, tuple(sorting.bad), tuple(sorting.warnings)
    )


def _cells(line: Line, layout: Layout) -> dict[ColumnKind, str]:
    """The cells that are used, under what they are."""
    return {kind: cell for kind, cell in zip(layout.kinds, line.cells, strict=False) if kind is not ColumnKind.UNUSED}


def _sort(sorting: _Sorting, line: Line, cells: dict[ColumnKind, str]) -> None:
    if line.fault is not None:
        raise line.fault
    missing = next(_missing(cells, sorting), None)
    if missing is not None:
        raise _wrong(missing)
    place = Place(_site(sorting, cells[ColumnKind.SITE]), _establishment(sorting, line, cells))
    names = list(_names(sorting, cells, place))
    if not names:
        raise _wrong(N_("Cet établissement n’a pas de code UAI : il faut un autre identifiant que le numéro étudiant."))
    sorting.people.add(line.number, names, place)


def _missing(cells: Mapping[ColumnKind, str], sorting: _Sorting) -> Iterator[str]:
    if not any(cells.get(kind) for kind in IDENTIFIERS):
        alone = sum(kind in IDENTIFIERS for kind in sorting.layout.kinds) == 1
        if alone and ColumnKind.EMAIL in sorting.layout.kinds:
            yield N_("L’adresse électronique manque.")
        yield N_("Rien n’identifie la personne : les colonnes d’identifiants sont vides.")
    if not cells.get(ColumnKind.SITE):
        yield N_("Le site manque.")
    if sorting.known.only is None and not cells.get(ColumnKind.ESTABLISHMENT):
        yield N_("L’établissement manque.")


def _names(sorting: _Sorting, cells: Mapping[ColumnKind, str], place: Place) -> Iterator[tuple[int, str]]:
    """The pseudonyms of a row, each with its rank; raises Refusal for the first identifier that is wrong."""
    for rank, identifier in _identifiers(sorting, cells, place):
        yield rank, pseudonym(sorting.peppers.round, identifier)


def _identifiers(sorting: _Sorting, cells: Mapping[ColumnKind, str], place: Place) -> Iterator[tuple[int, str]]:
    pepper = sorting.peppers.identity
    ines = {_ine(cells[kind]) for kind in (ColumnKind.INE, ColumnKind.ESI) if cells.get(kind)}
    if len(ines) > 1:
        raise _wrong(N_("L’INE et l’identifiant européen (ESI) de cette ligne ne sont pas ceux d’une même personne."))
    for ine in ines:
        yield 0, sealed(pepper, Sealed.INE, ine)
    number, code = cells.get(ColumnKind.NUMBER), sorting.known.codes.get(place.establishment_id)
    if number and code:
        yield 1, sealed(pepper, Sealed.NUMBER, numbered(code, number))
    if cells.get(ColumnKind.EMAIL):
        yield 2, _email(cells[ColumnKind.EMAIL])


def _ine(text: str) -> str:
    return ine_from_esi(text) if is_esi(text) else normalised_ine(text)


def _email(text: str) -> str:
    # A spreadsheet would run an address that begins like a formula, and no university gives such a one.
    if text[0] not in "=+-@":
        try:
            return normalised_email(text)
        except Refusal:
            pass
    raise _wrong(N_("« %(text)s » n’est pas une adresse électronique."), text=shown(text))


def _site(sorting: _Sorting, text: str) -> int:
    site = sorting.known.sites.find(text)
    if site is None:
        raise _unknown(
            text,
            sorting.known.sites,
            N_("Le site « %(text)s » est inconnu."),
            N_("Le site « %(text)s » est inconnu. Voulez-vous dire « %(near)s » ?"),
        )
    return site


def _establishment(sorting: _Sorting, line: Line, cells: Mapping[ColumnKind, str]) -> int:
    known, text = sorting.known, cells.get(ColumnKind.ESTABLISHMENT, "")
    if known.only is not None and not text:
        return known.only
    found = known.establishments.find(text)
    if found is None:
        found = _by_digits(sorting, line, text)
    if found is None:
        raise _unknown(
            text,
            known.establishments,
            N_("L’établissement « %(text)s » est inconnu."),
            N_("L’établissement « %(text)s » est inconnu. Voulez-vous dire « %(near)s » ?"),
        )
    if known.only is not None and found != known.only:
        raise _wrong(N_("« %(text)s » est un autre établissement que le vôtre."), text=shown(text))
    return found


def _by_digits(sorting: _Sorting, line: Line, text: str) -> int | None:
    """The establishment of a code whose letter is wrong: its digits say which, and a warning is given."""
    try:
        code = normalised_uai(text)
    except Refusal:
        return None
    right = code[:-1] + check_letter(code[:-1])
    found = None if uai_is_coherent(code) else sorting.known.establishments.find(right)
    if found is not None:
        sentence = N_("La lettre du code UAI « %(text)s » devrait être %(letter)s : lu comme « %(right)s ».")
        warned = _wrong(sentence, text=shown(text), letter=right[-1], right=right)
        sorting.warnings.append(Remark(line.number, shown(text), warned))
    return found


def _unknown(text: str, known: Gazetteer, plainly: str, with_suggestion: str) -> Refusal:
    if known.is_shared(text):
        return _wrong(N_("« %(text)s » désigne plusieurs lieux : écrivez le nom entier."), text=shown(text))
    near = known.nearest(text[:SHOWN])
    if near:
        return _wrong(with_suggestion, text=shown(text), near=near)
    return _wrong(plainly, text=shown(text))


def _wrong(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, None, **values)
