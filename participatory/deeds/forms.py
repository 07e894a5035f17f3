"""The forms of a deed: confirm what was shown, or say why it is withdrawn."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from participatory.deeds.rules import LONGEST_REASON
from participatory.web.forms import BaseForm


class ConfirmForm(BaseForm):
    """The agreement to exactly what the page shows."""

    seen = HiddenField(validators=[InputRequired(), Length(max=64)])


class WithdrawForm(BaseForm):
    """Why the deed will not be done."""

    reason = StringField(
        _("Pourquoi ne pas le faire ?"),
        [InputRequired(_("Dites pourquoi cet acte ne se fera pas.")), Length(max=LONGEST_REASON)],
    )


class RenewForm(BaseForm):
    """Proposing again what would happen now."""
