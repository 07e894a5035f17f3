"""The rows of the cost plan: expenses, and what others pay. Shape and length only."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _later
from wtforms import HiddenField, SelectField, StringField

from participatory.core.labels import N_
from participatory.proposals import costing as bounds
from participatory.proposals.costing import Funder, FundingState
from participatory.proposals.fields import AtMost, QuantityField, ToSubmit, affordable, one_line
from participatory.proposals.rules import LineKind
from participatory.web.forms import BaseForm, MoneyField, choices


class LineForm(BaseForm):
    """One expense of the plan; `unit_cost` names the row of the catalogue that it was taken from."""

    class Meta(BaseForm.Meta):
        csrf = False

    label = StringField(_later(N_("Dépense")), [ToSubmit(), AtMost(bounds.MAX_LABEL)], filters=[one_line])
    quantity = QuantityField(_later(N_("Quantité")), [ToSubmit()])
    unit = MoneyField(_later(N_("Prix d’une unité")), [ToSubmit(), affordable])
    kind = SelectField(_later(N_("Nature")), [ToSubmit()], default=LineKind.OPERATING.value)
    source = StringField(_later(N_("D’où vient ce prix ?")), [AtMost(bounds.MAX_SOURCE)], filters=[one_line])
    unit_cost = HiddenField()

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.kind.choices = choices(LineKind)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.label.data or self.quantity.data or self.unit.data or self.source.data)


class CoFundingForm(BaseForm):
    """What somebody else pays."""

    class Meta(BaseForm.Meta):
        csrf = False

    funder = SelectField(_later(N_("Qui paie ?")), [ToSubmit()], default="")
    name = StringField(_later(N_("Précisez")), [AtMost(bounds.MAX_NAME)], filters=[one_line])
    covers = StringField(_later(N_("Pour quelle dépense ?")), [AtMost(bounds.MAX_LABEL)], filters=[one_line])
    amount = MoneyField(_later(N_("Montant")), [ToSubmit(), affordable])
    state = SelectField(_later(N_("Où en est-on ?")), [ToSubmit()], default=FundingState.ASKED.value)

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.funder.choices = choices(Funder, gettext("Choisissez"))
        self.state.choices = choices(FundingState)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.funder.data or self.name.data or self.covers.data or self.amount.data)
