"""Rows of the form of a round: the areas that have an envelope of their own."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FormField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional

from participatory.core.errors import Refusal
from participatory.core.identifiers import slugify
from participatory.rounds.area_faults import MOST_AREAS, MOST_NAME
from participatory.rounds.rulebook import MAIN_CONTEST, Contest
from participatory.territories.queries import sites
from participatory.web.forms import BaseForm, MoneyField, option
from participatory.web.rows import RowsField

_KEY_LENGTH = 40


class AreaRow(BaseForm):
    """One area: its name, its amount, its sites; the key stays once it was made."""

    class Meta(BaseForm.Meta):
        """The row is part of a form that has the token."""

        csrf = False

    key = HiddenField()
    name = StringField(_l("Nom du territoire"), [Optional(), Length(max=MOST_NAME)])
    amount = MoneyField(_l("Montant"), [Optional()])
    sites = SelectMultipleField(
        _l("Sites"), [Optional()], choices=lambda: [option(each.slug, each.name) for each in sites()]
    )

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        # A row that is left empty is left out; in one that is not, all three are needed.
        for field in (self.name, self.amount, self.sites):
            field.flags.hide_optional = True

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.name.data or self.sites.data or (self.amount.raw_data or [""])[0].strip() or self.amount.data)


def areas_field() -> RowsField:
    """The rows, as a field of the form."""
    return RowsField(FormField(AreaRow), _l("Enveloppes de territoire"), max_entries=MOST_AREAS)


def add_row(rows: RowsField) -> None:
    """One more empty row, unless there are as many as there may be."""
    if len(rows.entries) < MOST_AREAS:
        rows.append_entry()


def remove_row(rows: RowsField, number: str) -> None:
    """Take one row away, named by the number in the names of its fields."""
    rows.entries[:] = [entry for entry in rows.entries if entry.name != f"{rows.name}-{number}"]


def typed_areas(rows: RowsField, present: Sequence[Contest]) -> tuple[Contest, ...]:
    """The areas typed, rows left empty left out; an area that exists keeps its key, a new one gets its name's."""
    known, found = {area.key: area for area in present}, list[Contest]()
    for row in _filled(rows):
        name, taken = row.name.data or "", {MAIN_CONTEST, *(area.key for area in found)}
        former = known.get(row.key.data or "") if row.key.data not in taken else None
        key = former.key if former else _new_key(name, taken | set(known))
        found.append(Contest(key, name, row.amount.data or 0, _typed_sites(row, former)))
    return tuple(found)


def _typed_sites(row: AreaRow, former: Contest | None) -> tuple[str, ...]:
    """The sites in order; those of an area that has the same ones in another order stay as they are."""
    typed = tuple(sorted(row.sites.data or ()))
    return former.site_slugs if former and sorted(former.site_slugs) == list(typed) else typed


def areas_shown(areas: Sequence[Contest]) -> list[dict[str, Any]]:
    """The areas under the names of the rows' fields."""
    return [
        {"key": each.key, "name": each.name, "amount": each.amount_cents, "sites": list(each.site_slugs)}
        for each in areas
    ]


def blame(rows: RowsField, position: int, name: str, refusal: Refusal) -> None:
    """Show a refusal at a field of the row in this position among those that are filled."""
    row = _filled(rows)[position]
    row.refuse(Refusal(refusal.message, refusal.kind, name, **refusal.values))
    rows.errors = [*rows.errors, row.errors]


def _filled(rows: RowsField) -> list[AreaRow]:
    return [entry.form for entry in rows.entries if not entry.form.blank]


def _new_key(name: str, taken: Collection[str]) -> str:
    stem = slugify(name, "territoire")[: _KEY_LENGTH - 4].strip("-")
    keys = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in keys if key not in taken)
