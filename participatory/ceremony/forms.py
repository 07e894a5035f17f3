"""The forms of a ceremony: how many trustees, and the shares that they type again."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.urn.shares import ShareError, check
from participatory.web.forms import BaseForm

_LONGEST_NAME = 60
# Longer than any sheet: what is longer was not copied from one.
_LONGEST_SHARE = 1000


def _needed() -> InputRequired:
    return InputRequired(_l("Ce champ est nécessaire."))


class KeyForm(BaseForm):
    """How the key of a round is shared; `seen` is the fingerprint of the key that the page showed, empty for none."""

    trustees = IntegerField(
        _l("Nombre de gardiens"), [_needed()], description=_l("De 2 à 16. Chacun reçoit une part de la clé.")
    )
    threshold = IntegerField(
        _l("Nombre de parts nécessaires pour ouvrir l’urne"),
        [_needed()],
        description=_l(
            "Moins que le nombre de gardiens : une part perdue n’empêche alors rien. Plus d’une : personne n’ouvre "
            "l’urne sans un autre."
        ),
    )
    names = TextAreaField(
        _l("Noms des gardiens, un par ligne"),
        [Optional()],
        description=_l("Imprimés sur les feuilles, pour les distribuer. Nous ne les gardons pas."),
    )
    replace = BooleanField(
        _l("Je remplace la clé actuelle : ses feuilles ne vaudront plus rien, et je préviens ses gardiens")
    )
    seen = HiddenField()

    def validate_names(self, field: Field) -> None:
        """Refuse a name that fills no sheet, or that is too long for its sheet."""
        names = self.labels()
        if names and len(names) > (self.trustees.data or 0):
            raise ValidationError(gettext(N_("Il y a plus de noms que de gardiens.")))
        if any(len(name) > _LONGEST_NAME for name in names):
            raise ValidationError(gettext(N_("Un nom compte 60 signes au plus.")))

    def labels(self) -> list[str]:
        """The names typed, one for each line that has one."""
        return [name for line in (self.names.data or "").splitlines() if (name := " ".join(line.split()))]


class DiscardForm(BaseForm):
    """Proposing to take away a key: nothing is typed."""


class _ShareField(TextAreaField):
    """A share: what was typed is never sent back, not even beside its error."""

    def _value(self) -> str:
        return ""


class SharesForm(BaseForm):
    """One field for each share that may be typed, numbered from 1; those left empty are not looked at."""

    @classmethod
    def of(cls, count: int, **options: Any) -> "SharesForm":
        """A form with this many fields; `formdata=None` leaves out what was sent."""
        fields = {
            f"share_{number}": _ShareField(_l("Part %(number)s", number=number), [Length(max=_LONGEST_SHARE)])
            for number in range(1, count + 1)
        }
        form: SharesForm = type("NumberedSharesForm", (cls,), fields)(**options)
        for field in form.shares:
            field.flags.hide_optional = True
        return form

    @property
    def shares(self) -> list[Field]:
        """The fields of the shares, in order."""
        return [field for field in self if isinstance(field, _ShareField)]

    def typed(self) -> list[str]:
        """The shares that were typed, in the order of their fields."""
        return [str(field.data) for field in self._filled()]

    def read(self) -> list[str]:
        """The shares that were typed, each one whole; raises ShareError with the number of the first that is not."""
        for number, share in enumerate(self.typed(), start=1):
            try:
                check(share)
            except ShareError as error:
                raise ShareError(error.message, **{**error.values, "number": number}) from error
        return self.typed()

    def blame(self, error: Refusal) -> None:
        """Show an error at the field of the share that it numbers (from 1, among those typed), else above the form."""
        filled, number = self._filled(), error.values.get("number")
        if not isinstance(number, int) or not 1 <= number <= len(filled):
            self.refuse(error)
            return
        field = filled[number - 1]
        place = self.shares.index(field) + 1
        self.refuse(Refusal(error.message, error.kind, field.name, **{**error.values, "number": place}))

    def _filled(self) -> list[Field]:
        return [field for field in self.shares if (field.data or "").strip()]
