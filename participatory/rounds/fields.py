"""The fields that the forms of rounds need: dates, whole numbers, a step in tenths of one per cent."""

import re
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, IntegerField, StringField
from wtforms.validators import InputRequired, ValidationError

from participatory.core.labels import N_
from participatory.rounds.faults import LEAST_STEP, MOST_STEP
from participatory.rounds.rules_in_words import tenths_of_percent
from participatory.web.forms import BaseForm, ParisDateTimeField

_CENTURY = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_WHOLE = re.compile(r"^\d{1,6}$", re.ASCII)
_MOST_RANKS = 100
_PERCENT = re.compile(r"^(\d{1,3})(?:[.,](\d))?%?$", re.ASCII)


def plausible_date(_form: BaseForm, field: Field) -> None:
    """Refuse a year that can only be a slip of the keyboard."""
    if field.data is not None and not _CENTURY[0] <= field.data < _CENTURY[1]:
        raise ValidationError(lazy_gettext("Vérifiez l’année."))


def needed() -> InputRequired:
    """The validator of a field that cannot stay empty."""
    return InputRequired(lazy_gettext("Ce champ est nécessaire."))


def date_field(label: Any) -> ParisDateTimeField:
    """A date and time in Paris that must be given."""
    return ParisDateTimeField(label, [needed(), plausible_date])


def whole_field(label: Any, least: int, most: int, hint: Any = "") -> IntegerField:
    """A whole number between two bounds that must be given."""

    def within(_form: BaseForm, field: Field) -> None:
        # A text that is no number has already been answered by the field itself.
        if field.data is not None and not least <= field.data <= most:
            message = lazy_gettext("Écrivez un nombre entier entre %(least)s et %(most)s.", least=least, most=most)
            raise ValidationError(message)

    return IntegerField(label, [needed(), within], description=hint)


class StepField(StringField):
    """A percentage with one decimal at most, as people type it; `data` is in thousandths, so 10 for 1 %."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else tenths_of_percent(int(self.data))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the percentage; what was typed stays in the field when it cannot be read."""
        typed = re.sub(r"\s", "", str(valuelist[0])) if valuelist else ""
        self.data = None
        if not typed:
            return
        found = _PERCENT.match(typed)
        step = int(found[1]) * 10 + int(found[2] or 0) if found else 0
        if not LEAST_STEP <= step <= MOST_STEP:
            raise ValueError(gettext(N_("Écrivez un pourcentage de 0,1 à 100, par exemple 1 ou 0,5.")))
        self.data = step


class WeightsField(StringField):
    """Whole numbers separated by commas or spaces, as people type them; `data` is a tuple, empty when nothing is."""

    data: Any

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ", ".join(str(weight) for weight in self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the numbers; what was typed stays in the field when it cannot be read."""
        typed = re.split(r"[\s,;]+", str(valuelist[0]).strip(" ,;\n")) if valuelist else [""]
        self.data = ()
        if typed == [""]:
            return
        if not all(_WHOLE.match(each) for each in typed) or len(typed) > _MOST_RANKS:
            raise ValueError(gettext(N_("Écrivez des nombres entiers séparés par des virgules, par exemple 5, 3, 1.")))
        self.data = tuple(int(each) for each in typed)
