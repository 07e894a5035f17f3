"""What a row of a file of projects says, and why it cannot be taken. Pure; amounts in cents."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.core.money import parse_euros
from participatory.proposals.content import MAX_SUMMARY, MAX_TEXT, MAX_TITLE, Content
from participatory.proposals.costing import Line
from participatory.proposals.rules import LineKind
from participatory.rolls.places import folded
from participatory.rounds.rulebook import Theme

MOST_ROWS = 500
LONGEST_REFERENCE = 60
LONGEST_ADDRESS = 254
# How far down the row of titles is looked for.
_HEAD_WITHIN = 10
# What a spreadsheet takes for a formula once exported again. A dash begins a list in a text.
_FORMULA = ("=", "+", "@", "\t")


class Field(StrEnum):
    """The columns that a file of projects may have."""

    REFERENCE = "reference"
    TITLE = "title"
    SUMMARY = "summary"
    NEED = "need"
    SOLUTION = "solution"
    THEME = "theme"
    SITE = "site"
    AMOUNT = "amount"
    ASSOCIATION = "association"
    ADDRESS = "address"


class Via(StrEnum):
    """How a project came in."""

    FILE = "file"
    SHEET = "sheet"


register(
    {
        Field.REFERENCE: N_("Référence"),
        Field.TITLE: N_("Titre"),
        Field.SUMMARY: N_("Résumé"),
        Field.NEED: N_("Besoin"),
        Field.SOLUTION: N_("Solution"),
        Field.THEME: N_("Thème"),
        Field.SITE: N_("Site"),
        Field.AMOUNT: N_("Montant"),
        Field.ASSOCIATION: N_("Association"),
        Field.ADDRESS: N_("Adresse du porteur"),
        Via.FILE: N_("par un fichier"),
        Via.SHEET: N_("par une fiche d’atelier"),
    }
)

_TITLES: dict[Field, tuple[str, ...]] = {
    Field.REFERENCE: ("reference", "ref", "numero", "n", "identifiant", "id"),
    Field.TITLE: ("titre", "title", "nom du projet", "projet", "nom"),
    Field.SUMMARY: ("resume", "summary", "en bref", "accroche"),
    Field.NEED: ("besoin", "need", "constat", "probleme"),
    Field.SOLUTION: ("solution", "description", "proposition", "projet detaille"),
    Field.THEME: ("theme", "thematique"),
    Field.SITE: ("site", "ville", "lieu", "commune", "campus"),
    Field.AMOUNT: ("montant", "cout", "budget", "amount", "cost", "montant demande"),
    Field.ASSOCIATION: ("association", "asso", "structure"),
    Field.ADDRESS: ("adresse du porteur", "adresse", "courriel", "email", "e mail", "mail", "contact"),
}
NEEDED = (Field.REFERENCE, Field.TITLE)
_LIMITS = {
    Field.REFERENCE: LONGEST_REFERENCE,
    Field.TITLE: MAX_TITLE,
    Field.NEED: MAX_TEXT,
    Field.SOLUTION: MAX_TEXT,
    Field.SUMMARY: MAX_SUMMARY,
    Field.ADDRESS: LONGEST_ADDRESS,
}
_EVERYWHERE = frozenset({"", "region", "toute la region", "occitanie", "partout"})
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class Known:
    """What the cells of a file may name: sites and associations by their folded names, themes by theirs."""

    sites: Mapping[str, int]
    associations: Mapping[str, int]
    themes: Mapping[str, Theme]


@dataclass(frozen=True)
class Brought:
    """A project as it was collected; `address` is empty when nobody left theirs."""

    reference: str
    content: Content
    address: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a file: its number as a spreadsheet shows it, and either the project or what is wrong with it."""

    number: int
    brought: Brought | None = None
    faults: tuple[Refusal, ...] = field(default=())
    shown: str = ""


def columns_of(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[Field, int]]:
    """The number of the row of titles and where each column stands; raises Refusal when a needed one is missing."""
    best: tuple[int, dict[Field, int]] = (0, {})
    for number, cells in lines[:_HEAD_WITHIN]:
        names = [folded(cell[:80]) for cell in cells]
        places = {
            each: names.index(name) for each, known in _TITLES.items() for name in reversed(known) if name in names
        }
        if len(places) > len(best[1]):
            best = (number, places)
    missing = next((each for each in NEEDED if each not in best[1]), None)
    if missing is not None:
        raise Refusal(
            N_(
                "Ce fichier n’a pas de colonne « référence » ou pas de colonne « titre » : "
                "la première ligne nomme les colonnes, comme dans le modèle."
            ),
            Kind.INVALID,
            "file",
        )
    return best


def read_row(number: int, cells: Sequence[str], places: Mapping[Field, int], known: Known) -> Row:
    """What a row says; every fault at once."""
    said = {each: cells[place].strip() if place < len(cells) else "" for each, place in places.items()}
    found = [*_shape_faults(said)]
    amount, wrong_amount = _amount(said.get(Field.AMOUNT, ""))
    named, unknown = _named(said, known)
    found += [fault for fault in (wrong_amount, *unknown) if fault is not None]
    shown = said.get(Field.TITLE, "")[:80]
    if found:
        return Row(number, None, tuple(found), shown)
    site, association, theme = named
    need, solution = said.get(Field.NEED, ""), said.get(Field.SOLUTION, "")
    content = Content(
        title=said[Field.TITLE],
        summary=said.get(Field.SUMMARY, "") or summary_of(need or solution),
        need=need,
        solution=solution,
        site_id=site,
        theme=theme,
        association_id=association,
        lines=lines_for(amount),
    )
    return Row(number, Brought(said[Field.REFERENCE], content, said.get(Field.ADDRESS, "").lower()), (), shown)


def _shape_faults(said: Mapping[Field, str]) -> Iterable[Refusal]:
    for each in NEEDED:
        if not said.get(each):
            yield _bad(N_("Il manque la référence.") if each is Field.REFERENCE else N_("Il manque le titre."))
    for each, text in said.items():
        if text.startswith(_FORMULA):
            yield _bad(
                N_("« %(cell)s » commence comme une formule de tableur : ôtez le premier signe."), cell=text[:30]
            )
        limit = _LIMITS.get(each)
        if limit is not None and len(text) > limit:
            yield _bad(N_("« %(cell)s… » est trop long : %(limit)s signes au plus."), cell=text[:30], limit=limit)
    address = said.get(Field.ADDRESS, "")
    if address and _ADDRESS.fullmatch(address) is None:
        yield _bad(N_("« %(cell)s » n’est pas une adresse électronique."), cell=address[:60])


def _bad(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, None, **values)


def _amount(text: str) -> tuple[int, Refusal | None]:
    if not text:
        return 0, None
    try:
        return parse_euros(text), None
    except ValueError:
        return 0, _bad(N_("« %(cell)s » n’est pas un montant en euros."), cell=text[:30])


def _named(
    said: Mapping[Field, str], known: Known
) -> tuple[tuple[int | None, int | None, Theme | None], list[Refusal]]:
    site, carrier, theme = (folded(said.get(each, "")) for each in (Field.SITE, Field.ASSOCIATION, Field.THEME))
    found = []
    if site not in _EVERYWHERE and site not in known.sites:
        found.append(_bad(N_("« %(cell)s » n’est pas un site d’études connu."), cell=said[Field.SITE][:60]))
    if carrier and carrier not in known.associations:
        found.append(_bad(N_("« %(cell)s » n’est pas une association connue ici."), cell=said[Field.ASSOCIATION][:60]))
    if theme and theme not in known.themes:
        found.append(_bad(N_("« %(cell)s » n’est pas un thème de ce budget."), cell=said[Field.THEME][:60]))
    return (known.sites.get(site), known.associations.get(carrier), known.themes.get(theme)), found


def lines_for(cents: int) -> tuple[Line, ...]:
    """The cost plan of a project of which only the whole amount was collected."""
    return (Line(N_("Budget estimé"), 1, cents, LineKind.OPERATING),) if cents else ()


def summary_of(text: str) -> str:
    """The first sentence of a text, or as much as a summary holds."""
    first = re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0]
    return first if len(first) <= MAX_SUMMARY else first[: MAX_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def next_reference(reference: str) -> str:
    """The reference of the next sheet: the number at its end plus one, or empty when it has none."""
    found = re.fullmatch(r"(.*?)(\d{1,9})", reference, re.ASCII)
    if found is None:
        return ""
    start, number = found.groups()
    return f"{start}{int(number) + 1:0{len(number)}d}"
