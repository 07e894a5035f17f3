"""The form in which a project is written: shape and length only, so that a draft may be incomplete."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from participatory.catalogue.models import UnitCost
from participatory.core.errors import Refusal
from participatory.core.labels import N_, label
from participatory.proposals import content as bounds
from participatory.proposals.carriers import bare
from participatory.proposals.cost_forms import CoFundingForm, LineForm
from participatory.proposals.costing import MAX_FUNDERS, MAX_LINES, Plan
from participatory.proposals.fields import AtMost, ToSubmit, affordable, month, one_line, readable
from participatory.proposals.planning import ceilings_of, found_costs, typed_plan
from participatory.proposals.rules import Marker
from participatory.rounds.rulebook import Rulebook
from participatory.web.filters import refusal as refusal_words
from participatory.web.forms import BaseForm, MoneyField
from participatory.web.rows import RowsField

_IN_ROW = re.compile(r"^(lines|cofunding)-(\d{1,3})-(\w+)$", re.ASCII)


class ProjectForm(BaseForm):
    """Everything that the author writes; the view gives the choices that depend on the round and the person."""

    title = StringField(_later(N_("Titre")), [ToSubmit(), AtMost(bounds.MAX_TITLE)], filters=[one_line])
    summary = TextAreaField(
        _later(N_("En une ou deux phrases")), [ToSubmit(), AtMost(bounds.MAX_SUMMARY)], filters=[one_line]
    )
    need = TextAreaField(_later(N_("Le besoin")), [ToSubmit(), AtMost(bounds.MAX_TEXT)], filters=[readable])
    solution = TextAreaField(
        _later(N_("Ce que vous proposez")), [ToSubmit(), AtMost(bounds.MAX_TEXT)], filters=[readable]
    )
    beneficiaries = TextAreaField(_later(N_("À qui cela profite")), [AtMost(bounds.MAX_SHORT)], filters=[readable])
    starts_in = StringField(_later(N_("Premier mois")), [month])
    ends_in = StringField(_later(N_("Dernier mois")), [month])
    team = TextAreaField(_later(N_("L’équipe")), [AtMost(bounds.MAX_SHORT)], filters=[readable])
    carrier_name = StringField(_later(N_("Nom de l’association")), [AtMost(bounds.MAX_CARRIER)], filters=[one_line])
    carrier_number = StringField(_later(N_("Numéro RNA ou SIRET")), [AtMost(14)], filters=[bare])
    site = SelectField(_later(N_("Où ?")), [ToSubmit()])
    theme = SelectField(_later(N_("Thème")), [ToSubmit()])
    markers = SelectMultipleField(_later(N_("Votre projet sert aussi")))
    association = SelectField(_later(N_("Qui porte le projet ?")), [ToSubmit()])
    lines = RowsField(FormField(LineForm), _later(N_("Dépenses")), min_entries=1, max_entries=MAX_LINES)
    cofunding = RowsField(
        FormField(CoFundingForm), _later(N_("Autres financements")), min_entries=1, max_entries=MAX_FUNDERS
    )
    cost_q = StringField(_later(N_("Chercher un prix")), filters=[one_line])
    partial_min = MoneyField(_later(N_("Financement en partie accepté à partir de")), [affordable])
    image = FileField(_later(N_("Une image")))
    image_alt = StringField(
        _later(N_("Ce que l’image montre, pour qui ne la voit pas")),
        [ToSubmit(), AtMost(bounds.MAX_ALT)],
        filters=[one_line],
    )
    remove_image = BooleanField(_later(N_("Retirer l’image")))
    # A picture that was received with a text that could not be saved: it need not be sent again.
    picture = HiddenField()
    updated_at = HiddenField()
    editor = HiddenField()

    # Given by the desk: what the amounts are held against while they are typed.
    rulebook: Rulebook | None = None

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.markers.choices = [(marker.value, _(label(marker))) for marker in Marker]

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, be it in a row of the plan or the plan as a whole."""
        place = _IN_ROW.match(refusal.field or "")
        if refusal.field in {"lines", "cofunding"}:
            rows = self[refusal.field]
            rows.errors = [*rows.errors, refusal_words(refusal)]
        elif place is None:
            super().refuse(refusal)
        else:
            rows = self[place[1]]
            row = next(entry.form for entry in rows.entries if entry.name == f"{place[1]}-{place[2]}")
            row.refuse(Refusal(refusal.message, refusal.kind, place[3], **refusal.values))
            rows.errors = [*rows.errors, row.errors]

    def faulty(self, name: str) -> bool:
        """Whether this field, or this field of a row, has been refused already."""
        place = _IN_ROW.match(name)
        if place is None:
            return bool(self[name].errors)
        entries = [each for each in self[place[1]].entries if each.name == f"{place[1]}-{place[2]}"]
        return any(entry.form[place[3]].errors for entry in entries)

    @property
    def plan(self) -> Plan:
        """The plan as it is typed, what cannot be read left out: the total follows the typing."""
        return typed_plan(self)

    @property
    def found_costs(self) -> list[UnitCost] | None:
        """The costs of the catalogue that match what is searched, None when nothing is."""
        return found_costs(self)

    @property
    def ceilings(self) -> list[Refusal]:
        """What the rulebook says of the amount as it is typed."""
        return ceilings_of(self, self.rulebook) if self.rulebook else []
