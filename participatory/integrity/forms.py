"""The forms of the register of networks: shape and length only."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from participatory.integrity.registering import LONGEST_NAME, LONGEST_ORIGIN
from participatory.integrity.rules import NetworkKind
from participatory.territories.models import Establishment
from participatory.web.forms import BaseForm, choices, option

_NEEDED = _("Ce champ est nécessaire.")
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class RangeForm(BaseForm):
    """A range to declare; `kind` is asked of those who may also declare networks of nobody here."""

    cidr = StringField(_("Plage d’adresses"), [InputRequired(_NEEDED), Length(max=60)], render_kw=_PLAIN)
    name = StringField(_("Quel réseau c’est"), [InputRequired(_NEEDED), Length(max=LONGEST_NAME)])
    kind = SelectField(_("Sorte de réseau"), [InputRequired(_NEEDED)], default=NetworkKind.CAMPUS.value)
    establishment = SelectField(_("Établissement"), coerce=str)
    origin = StringField(_("D’où vient ce renseignement"), [Length(max=LONGEST_ORIGIN)])

    def offer(self, establishments: Sequence[Establishment], *, everywhere: bool) -> None:
        """Fill the lists; leave out what there is no choice of."""
        blank = [option("", "")] if everywhere or len(establishments) != 1 else []
        self.establishment.choices = [*blank, *(option(each.key, each.name) for each in establishments)]
        self.kind.choices = choices(NetworkKind)
        if not everywhere:
            del self.kind
            self.establishment.flags.hide_optional = True


class FileForm(BaseForm):
    """A file of ranges."""

    file = FileField(
        _("Fichier csv"), [FileRequired(_("Choisissez le fichier des plages."))], render_kw={"accept": ".csv,.txt"}
    )


class EndForm(BaseForm):
    """The button that ends a range."""
