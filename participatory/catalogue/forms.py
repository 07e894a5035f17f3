"""The forms of the catalogue: shape and length only."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from participatory.catalogue.models import UnitCost
from participatory.catalogue.rules import MAX_LABEL, MAX_SOURCE, MAX_UNIT, Cost, LineKind
from participatory.core.labels import label
from participatory.rounds.rulebook import Theme
from participatory.web.forms import BaseForm, MoneyField, choices

_NEEDED = _("Ce champ est nécessaire.")


class CostForm(BaseForm):
    """One unit cost."""

    label = StringField(_("Ce que c’est"), [InputRequired(_NEEDED), Length(max=MAX_LABEL)])
    unit = StringField(_("Unité"), [InputRequired(_NEEDED), Length(max=MAX_UNIT)])
    cost = MoneyField(_("Prix d’une unité"), [InputRequired(_NEEDED)])
    kind = SelectField(_("Nature"), [InputRequired(_NEEDED)], default=LineKind.OPERATING.value)
    source = StringField(_("D’où vient ce prix ?"), [InputRequired(_NEEDED), Length(max=MAX_SOURCE)])
    priced_on = DateField(_("Date de ce prix"), [InputRequired(_NEEDED)])
    themes = SelectMultipleField(_("Surtout pour les thèmes"))

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.kind.choices = choices(LineKind)
        self.themes.choices = [(theme.value, gettext(label(theme))) for theme in Theme]

    @classmethod
    def showing(cls, row: UnitCost) -> "CostForm":
        """The form of a cost that is there."""
        return cls(
            data={
                "label": row.label, "unit": row.unit, "cost": row.cents, "kind": row.kind_code,
                "source": row.source, "priced_on": row.priced_on, "themes": row.theme_codes,
            }
        )  # fmt: skip

    def said(self) -> Cost:
        """What was typed; call it once the form has been validated."""
        assert self.priced_on.data is not None
        named = set(self.themes.data or ())
        return Cost(
            self.label.data or "",
            self.unit.data or "",
            self.cost.data or 0,
            LineKind(self.kind.data),
            self.source.data or "",
            self.priced_on.data,
            tuple(theme for theme in Theme if theme.value in named),
        )


class FileForm(BaseForm):
    """A file of unit costs."""

    file = FileField(
        _("Fichier csv ou tableur"),
        [FileRequired(_("Choisissez le fichier des prix."))],
        render_kw={"accept": ".csv,.txt,.xlsx,.ods"},
    )


class ConfirmForm(BaseForm):
    """The preview that is confirmed: its rows, and what it showed."""

    rows = HiddenField(validators=[InputRequired(_("L’aperçu est incomplet : envoyez le fichier à nouveau."))])
    seen = HiddenField(validators=[InputRequired(_("L’aperçu est incomplet : envoyez le fichier à nouveau."))])


class ButtonForm(BaseForm):
    """The button that archives a cost."""
