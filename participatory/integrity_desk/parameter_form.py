"""The form of the parameters of detection: one field for each, made from the parameters themselves."""

import re
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from participatory.core.labels import N_
from participatory.integrity.rules import Parameters
from participatory.integrity.wording import PARAMETER_WORDS
from participatory.integrity_desk.parameter_rules import bounds, is_whole
from participatory.web.filters import locale_code
from participatory.web.forms import BaseForm

_NUMBER = re.compile(r"(\d{1,4})(?:[.,](\d{1,3}))?", re.ASCII)


def written(value: float) -> str:
    """A number as people type it: with a comma in French, and no more digits than it has."""
    text = f"{value:g}"
    return text.replace(".", ",") if locale_code() == "fr" else text


class NumberField(StringField):
    """A number of at most three decimals between two bounds; `data` is a number, or None for what is none."""

    data: Any

    def __init__(self, label: str | None = None, validators: Any = None, parameter: Any = None, **options: Any):
        super().__init__(label, validators, **options)
        self.parameter: Field[Any] = parameter

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else written(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; what was typed stays in the field when it cannot be read."""
        typed = re.sub(r"\s", "", str(valuelist[0])) if valuelist else ""
        self.data = None
        if not typed:
            return
        found, (least, most) = _NUMBER.fullmatch(typed), bounds(self.parameter)
        value = float(f"{found[1]}.{found[2] or 0}") if found else -1.0
        whole = is_whole(self.parameter)
        if not least <= value <= most or (whole and value != int(value)):
            asked = (
                N_("Écrivez un nombre entier entre %(least)s et %(most)s.")
                if whole
                else N_("Écrivez un nombre de %(least)s à %(most)s, avec trois décimales au plus.")
            )
            raise ValueError(gettext(asked, least=written(least), most=written(most)))
        self.data = int(value) if whole else value


class _DetectionForm(BaseForm):
    """What every parameter is added to."""

    seen = HiddenField()

    def parameters(self) -> Parameters:
        """The parameters typed."""
        return Parameters(**{each.name: self[each.name].data for each in fields(Parameters)})


def _field(parameter: "Field[Any]") -> NumberField:
    label, _unit = PARAMETER_WORDS.get(parameter.name, (parameter.name, ""))
    needed = InputRequired(_("Ce champ est nécessaire."))
    looks = {"inputmode": "decimal", "autocomplete": "off"}
    return NumberField(_(label), [needed], parameter=parameter, render_kw=looks)


# The class is made of the parameters, so that a new one has its field at once.
DetectionForm: Any = type("DetectionForm", (_DetectionForm,), {each.name: _field(each) for each in fields(Parameters)})


def shown(parameters: Parameters, seen: str) -> Mapping[str, object]:
    """What the form shows of these parameters and of the round that was read."""
    return {each.name: getattr(parameters, each.name) for each in fields(Parameters)} | {"seen": seen}
