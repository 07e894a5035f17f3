"""The forms of the voter and of the counter: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from participatory.web.forms import BaseForm

_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class DoorForm(BaseForm):
    """Confirming through the establishment: nothing is typed."""


class AskCodeForm(BaseForm):
    """Asking for a letter: nothing is typed."""


class CodeForm(BaseForm):
    """The code that was mailed."""

    code = StringField(
        _("Code reçu"), [InputRequired(_("Écrivez le code de la lettre.")), Length(max=40)], render_kw=_TYPED
    )


class CounterForm(BaseForm):
    """The code of the letter that somebody brought."""

    code = StringField(
        _("Code de la lettre"), [InputRequired(_("Écrivez le code de la lettre.")), Length(max=40)], render_kw=_TYPED
    )
