"""The parent of every form, and the fields that our users need everywhere."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_babel import get_locale, gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of an older version

from participatory.core.clock import PARIS, paris
from participatory.core.errors import Refusal
from participatory.core.labels import N_, label
from participatory.core.money import format_euros, parse_euros
from participatory.web.filters import refusal as refusal_words


class BaseForm(FlaskForm):
    """A form with its CSRF field, whose texts are stripped and whose errors speak the page's language."""

    class Meta(FlaskForm.Meta):
        """Strip texts, keep passwords and files as they came."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Give each text field the filter that strips spaces."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, MoneyField):
                given = tuple(unbound_field.kwargs.get("filters", ()))
                unbound_field.kwargs["filters"] = (*[f for f in given if f is not stripped], stripped)
            return super().bind_field(form, unbound_field, options)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal of the domain where the person can act on it: its field, else the whole form."""
        text = refusal_words(refusal)
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


def stripped(value: object) -> object:
    """A text without the spaces around it, nor the null character that PostgreSQL refuses to store."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def option(value: str, words: str) -> SelectChoice:
    """One choice of a list: what is sent, and what is read."""
    return SelectChoice(value, words)


def choices(members: type[StrEnum], blank: str | None = None) -> list[SelectChoice]:
    """The members of an enum as choices of a field, in the page's language; call it when the form is made."""
    first = [option("", blank)] if blank is not None else []
    return first + [option(member.value, gettext(label(member))) for member in members]


class MoneyField(StringField):
    """An amount in euros as people type it; `data` is in cents, or None when empty."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_euros(int(self.data), str(get_locale() or "fr")).strip("€\u00a0")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the amount; what was typed stays in the field when it cannot be read."""
        self.data: Any = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        try:
            self.data = parse_euros(str(valuelist[0]))
        except ValueError as error:
            if "".join(str(valuelist[0]).split()).isdecimal():
                raise ValueError(gettext(N_("Ce montant est trop grand."))) from error
            raise ValueError(gettext(N_("Écrivez un montant en euros, par exemple 1 250 ou 1 250,50."))) from error


class ParisDateTimeField(DateTimeLocalField):
    """A date and time typed as read in Paris; `data` is a UTC instant."""

    def __init__(self, label: str | None = None, validators: Any = None, **kwargs: Any):
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(part) for part in self.raw_data)
        return paris(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the local time and give it its place on the universal clock."""
        super().process_formdata(valuelist)
        if isinstance(self.data, datetime):
            try:
                self.data = self.data.replace(tzinfo=PARIS).astimezone(UTC)
            except OverflowError as error:
                # The first hours of the year 1 in Paris come before the first instant that can be told in UTC.
                self.data = None
                raise ValueError(gettext(N_("Vérifiez l’année."))) from error
