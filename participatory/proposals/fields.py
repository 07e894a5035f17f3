"""Fields and filters of the forms in which people write."""

import re
import unicodedata
from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import StringField, ValidationError

from participatory.proposals.costing import MAX_QUANTITY, MAX_UNIT_CENTS


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
        if self.data > MAX_QUANTITY:
            raise ValueError(_("Cette quantité est trop grande : regroupez en lots."))


def affordable(form: Any, field: Any) -> None:
    """Raise ValidationError for an amount that no line of a plan may hold."""
    if field.data is not None and field.data > MAX_UNIT_CENTS:
        raise ValidationError(_("Ce montant est trop grand pour un budget étudiant."))


_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month(form: Any, field: Any) -> None:
    """Accept a month as `2027-03`, which is what month fields send, or nothing; raise ValidationError otherwise."""
    if field.data and not _MONTH.fullmatch(field.data):
        raise ValidationError(_("Écrivez le mois ainsi : 2027-03 pour mars 2027."))
