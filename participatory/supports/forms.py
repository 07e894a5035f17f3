"""The form by which an officer leaves supports out of a count, or puts them back: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from participatory.supports.actions import Ruling
from participatory.supports.rules import REASON_LEAST, REASON_MOST
from participatory.web.forms import BaseForm

_TORN = _("La page est incomplète : rechargez-la, puis décidez.")
_WHY = _("Dites pourquoi en une phrase au moins : elle est publiée et envoyée au porteur.")


class RulingForm(BaseForm):
    """Why, and how many supports the page showed."""

    reason = TextAreaField(
        _("Pourquoi"),
        [
            InputRequired(_WHY),
            Length(min=REASON_LEAST, message=_WHY),
            Length(max=REASON_MOST, message=_("Gardez l’essentiel : %(max)d signes au plus.")),
        ],
        description=_("Une phrase, publiée sur la page du projet et envoyée à son porteur. Aucun nom."),
    )
    seen = HiddenField(validators=[InputRequired(_TORN), Regexp(r"^\d{1,9}$", message=_TORN)])

    def ruling(self, *, left_out: bool) -> Ruling:
        """What was typed, for the deed; call it once the form has been validated."""
        return Ruling(left_out, int(self.seen.data or 0), self.reason.data or "")
