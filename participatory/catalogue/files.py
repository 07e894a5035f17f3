"""The catalogue as a file: what is read from one that staff sends, and what everybody may take.

Columns: libellé, unité, prix, nature, source, date, thèmes. A workbook does as well as csv. Every bad row is named by
its line; a cell that a spreadsheet would run as a formula is refused, and so is an amount that is none.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from participatory.catalogue.models import UnitCost, key_of
from participatory.catalogue.rules import Cost, LineKind, cost_faults
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, label
from participatory.core.money import parse_euros
from participatory.core.search import folded
from participatory.core.spreadsheets import harmless
from participatory.rolls.sheets import open_table
from participatory.rounds.rulebook import Theme

MOST_ROWS = 500
LARGEST_FILE = 1_000_000
HEADER = ("libellé", "unité", "prix", "nature", "source", "date", "thèmes")
_COLUMNS = {
    "libelle": "label", "label": "label", "designation": "label", "depense": "label",
    "unite": "unit", "unit": "unit",
    "prix": "cost", "cout": "cost", "montant": "cost", "cost": "cost", "price": "cost",
    "nature": "kind", "kind": "kind",
    "source": "source", "origine": "source",
    "date": "priced_on", "date du prix": "priced_on",
    "themes": "themes", "theme": "themes",
}  # fmt: skip
_NEEDED = frozenset({"label", "unit", "cost", "kind", "source", "priced_on"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_KINDS = {"investissement": LineKind.INVESTMENT, "fonctionnement": LineKind.OPERATING} | {
    each.value: each for each in LineKind
}
_THEMES = {folded(label(each)): each for each in Theme} | {each.value: each for each in Theme}


class Row(NamedTuple):
    """A row of a file: its line, and its cells by the name of what they hold."""

    line: int
    cells: dict[str, str]


class Read(NamedTuple):
    """What a file says: the costs with their lines, and each refusal with its line."""

    costs: list[tuple[int, Cost]]
    faults: list[tuple[int, Refusal]]


def rows_of(content: bytes) -> list[Row]:
    """The rows of a file. Raises Refusal (INVALID, field `file`) for one that cannot be read as a table of costs."""
    if len(content) > LARGEST_FILE:
        raise _unreadable(N_("Ce fichier est trop gros pour une grille de prix : 1 Mo au plus."))
    lines = list(open_table(content, MOST_ROWS + 2).lines)
    columns = [_COLUMNS.get(folded(cell.strip()), "") for cell in (lines[0].cells if lines else ())]
    if not set(columns) >= _NEEDED:
        raise _unreadable(
            N_("La première ligne nomme les colonnes : libellé, unité, prix, nature, source, date, thèmes.")
        )
    if len(lines) == 1:
        raise _unreadable(N_("Ce fichier n’a aucun prix sous sa première ligne."))
    if len(lines) - 1 > MOST_ROWS:
        raise _unreadable(N_("Ce fichier a plus de %(most)s lignes : envoyez-le en plusieurs fois."), most=MOST_ROWS)
    rows = []
    for each in lines[1:]:
        if each.fault is not None:
            rows.append(Row(each.number, {"fault": each.fault.message}))
        else:
            rows.append(Row(each.number, dict(zip(columns, map(str.strip, each.cells), strict=False))))
    return rows


def read(rows: Iterable[Row], today: date) -> Read:
    """The costs of these rows, and what is wrong with the others; the same cost twice is wrong the second time."""
    found = Read([], [])
    met: dict[str, int] = {}
    for row in rows:
        cost, faults = _cost(row.cells, today)
        if cost is not None and key_of(cost) in met:
            faults = [_bad(N_("Ce prix est déjà à la ligne %(line)s."), line=met[key_of(cost)])]
        if cost is None or faults:
            found.faults.extend((row.line, fault) for fault in faults)
            continue
        met[key_of(cost)] = row.line
        found.costs.append((row.line, cost))
    return found


def _cost(cells: dict[str, str], today: date) -> tuple[Cost | None, list[Refusal]]:
    if "fault" in cells:
        return None, [_bad(cells["fault"])]
    formulas = [name for name, cell in cells.items() if name and cell.startswith(_FORMULA)]
    if formulas:
        message = N_("Une cellule commence par %(sign)s, comme une formule : écrivez la valeur elle-même.")
        return None, [_bad(message, sign=cells[formulas[0]][0])]
    faults: list[Refusal] = []
    cents, kind = _cents(cells, faults), _kind(cells, faults)
    priced_on, themes = _day(cells, faults), _themes(cells, faults)
    cost = Cost(
        cells.get("label", ""), cells.get("unit", ""), cents or 0, kind or LineKind.OPERATING,
        cells.get("source", ""), priced_on or today, themes,
    )  # fmt: skip
    faults += [each for each in cost_faults(cost, today) if each.field != "cost" or cents is not None]
    return (None if faults else cost), faults


def _cents(cells: dict[str, str], faults: list[Refusal]) -> int | None:
    text = cells.get("cost", "")
    try:
        return parse_euros(text)
    except ValueError:
        faults.append(_bad(N_("« %(text)s » n’est pas un montant en euros, comme 1 250 ou 12,50."), text=_shown(text)))
        return None


def _kind(cells: dict[str, str], faults: list[Refusal]) -> LineKind | None:
    text = cells.get("kind", "")
    kind = _KINDS.get(folded(text))
    if kind is None:
        message = N_("« %(text)s » n’est pas une nature : investissement ou fonctionnement.")
        faults.append(_bad(message, text=_shown(text)))
    return kind


def _day(cells: dict[str, str], faults: list[Refusal]) -> date | None:
    text = cells.get("priced_on", "")
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 — a day, without an hour.
        except ValueError:
            continue
    faults.append(_bad(N_("« %(text)s » n’est pas une date, comme 31/01/2026."), text=_shown(text)))
    return None


def _themes(cells: dict[str, str], faults: list[Refusal]) -> tuple[Theme, ...]:
    wanted = [each.strip() for each in cells.get("themes", "").replace("|", ",").split(",") if each.strip()]
    unknown = [each for each in wanted if folded(each) not in _THEMES]
    if unknown:
        faults.append(_bad(N_("« %(text)s » n’est pas un thème du règlement."), text=_shown(unknown[0])))
    named = {_THEMES[folded(each)] for each in wanted if folded(each) in _THEMES}
    return tuple(theme for theme in Theme if theme in named)


def _shown(text: str) -> str:
    return text[:40]


def _bad(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, "file", **values)


def _unreadable(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, "file", **values)


def carried(rows: Sequence[Row]) -> str:
    """The rows as the preview carries them to its confirmation."""
    return json.dumps(rows, ensure_ascii=False)


def carried_rows(text: str) -> list[Row]:
    """The same back, read as carefully as a file. Raises Refusal for what is no such thing."""
    try:
        said = json.loads(text)
        rows = [Row(int(line), {str(key): str(cell) for key, cell in cells.items()}) for line, cells in said]
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable(N_("L’aperçu est incomplet : envoyez le fichier à nouveau.")) from error
    if len(rows) > MOST_ROWS:
        raise _unreadable(N_("L’aperçu est incomplet : envoyez le fichier à nouveau."))
    return rows


def as_csv(costs: Iterable[UnitCost]) -> str:
    """The catalogue as everybody may take it, in the form in which it may be sent back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows(_cells(each) for each in costs)
    return "\ufeff" + out.getvalue()


def _cells(cost: UnitCost) -> Iterator[str]:
    price = f"{cost.cents // 100},{cost.cents % 100:02d}"
    themes = ", ".join(label(theme) for theme in cost.themes)
    day = cost.priced_on.isoformat()
    yield from map(harmless, (cost.label, cost.unit, price, label(cost.kind), cost.source, day, themes))
