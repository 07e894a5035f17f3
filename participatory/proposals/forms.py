"""The form in which a project is written: shape and length only, so that a draft may be incomplete."""

import re
import unicodedata
from typing import Any, ClassVar

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
    ValidationError,
)

from participatory.core.errors import Refusal
from participatory.core.labels import N_, label
from participatory.proposals import content as bounds
from participatory.proposals.rules import LineKind, Marker
from participatory.web.filters import refusal as refusal_words
from participatory.web.forms import BaseForm, MoneyField, choices
from participatory.web.rows import RowsField

_IN_LINE = re.compile(r"^lines-(\d{1,3})-(\w+)$", re.ASCII)


def readable(value: object) -> object:
    """A text without the characters that nobody can see or type, and with plain line ends."""
    if not isinstance(value, str):
        return value
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def one_line(value: object) -> object:
    """A readable text whose spaces and line ends are single spaces."""
    return " ".join(str(readable(value)).split()) if isinstance(value, str) else value


class AtMost:
    """Refuse a text that is too long, and say by how much."""

    def __init__(self, most: int):
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError when the text is too long."""
        excess = len(field.data or "") - self.most
        if excess > 0:
            message = _("Ce texte compte %(excess)s signes de trop : %(most)s au plus.", excess=excess, most=self.most)
            raise ValidationError(message)


class ToSubmit:
    """Marks what a submission needs; a draft may leave it empty, so nothing is checked here."""

    field_flags: ClassVar[dict[str, bool]] = {"hide_optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything: what is missing is said when the project is submitted."""


class QuantityField(StringField):
    """A whole number as people type it; `data` is 0 when it is left empty."""

    data: Any

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; what was typed stays in the field when it cannot be read."""
        typed = re.sub(r"\s", "", str(valuelist[0])) if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
        if typed and not self.data and typed.strip("0"):
            raise ValueError(_("Écrivez un nombre entier, par exemple 12."))
        if self.data > bounds.MAX_QUANTITY:
            raise ValueError(_("Cette quantité est trop grande : regroupez en lots."))


def _affordable(form: Any, field: Any) -> None:
    if field.data is not None and field.data > bounds.MAX_UNIT_CENTS:
        raise ValidationError(_("Ce montant est trop grand pour un budget étudiant."))


class LineForm(BaseForm):
    """One expense of the plan."""

    class Meta(BaseForm.Meta):
        csrf = False

    label = StringField(_later(N_("Dépense")), [ToSubmit(), AtMost(bounds.MAX_LABEL)], filters=[one_line])
    quantity = QuantityField(_later(N_("Quantité")), [ToSubmit()])
    unit = MoneyField(_later(N_("Prix d’une unité")), [ToSubmit(), _affordable])
    kind = SelectField(_later(N_("Nature")), [ToSubmit()], default=LineKind.OPERATING.value)

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.kind.choices = choices(LineKind)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.label.data or self.quantity.data or self.unit.data)


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
    site = SelectField(_later(N_("Où ?")), [ToSubmit()])
    theme = SelectField(_later(N_("Thème")), [ToSubmit()])
    markers = SelectMultipleField(_later(N_("Votre projet sert aussi")))
    association = SelectField(_later(N_("Qui porte le projet ?")), [ToSubmit()])
    lines = RowsField(FormField(LineForm), _later(N_("Dépenses")), min_entries=1, max_entries=bounds.MAX_LINES)
    partial_min = MoneyField(_later(N_("Financement en partie accepté à partir de")), [_affordable])
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

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.markers.choices = [(marker.value, _(label(marker))) for marker in Marker]

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, be it in a row of the plan or the plan as a whole."""
        place = _IN_LINE.match(refusal.field or "")
        if refusal.field == "lines":
            self.lines.errors = [*self.lines.errors, refusal_words(refusal)]
        elif place is None:
            super().refuse(refusal)
        else:
            row = next(entry.form for entry in self.lines.entries if entry.name == f"lines-{place[1]}")
            row.refuse(Refusal(refusal.message, refusal.kind, place[2], **refusal.values))
            self.lines.errors = [*self.lines.errors, row.errors]

    def faulty(self, name: str) -> bool:
        """Whether this field, or this field of a row, has been refused already."""
        place = _IN_LINE.match(name)
        if place is None:
            return bool(self[name].errors)
        return any(entry.form[place[2]].errors for entry in self.lines.entries if entry.name == f"lines-{place[1]}")

    def add_row(self) -> None:
        """One more empty expense, unless there are as many as a plan may have."""
        if len(self.lines.entries) < bounds.MAX_LINES:
            self.lines.append_entry()

    def remove_row(self, number: str) -> None:
        """Take one expense away, named by the number in the names of its fields; one row always stays."""
        self.lines.entries[:] = [entry for entry in self.lines.entries if entry.name != f"lines-{number}"]
        if not self.lines.entries:
            self.lines.append_entry()

    @property
    def total_cents(self) -> int:
        """What the rows add up to as they were typed, those that cannot be read left out."""
        rows = [entry.form for entry in self.lines.entries]
        return sum((row.quantity.data or 0) * (row.unit.data or 0) for row in rows)
