"""The form of a finding: shape and length only."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Regexp

from participatory.appraisal.rules import REASON_MAX, Finding
from participatory.web.forms import BaseForm, MoneyField

_NO_ANSWER = _("Dites si le projet est réalisable.")
_TORN = _("La page est incomplète : rechargez-la, puis recommencez.")


def _answers() -> list[tuple[str, str]]:
    return [("yes", gettext("Réalisable : le projet va au vote")), ("no", gettext("Non réalisable"))]


class FindingForm(BaseForm):
    """What an appraiser finds; whether a cost is needed depends on the answer, so the rules say it."""

    feasible = RadioField(
        _("Votre avis"),
        choices=_answers,
        validate_choice=False,
        validators=[InputRequired(_NO_ANSWER), AnyOf(["yes", "no"], message=_NO_ANSWER)],
    )
    final_cost = MoneyField(_("Coût final"))
    reason = TextAreaField(
        _("Motif publié"),
        validators=[
            InputRequired(_("Expliquez votre avis : il est publié avec le projet.")),
            Length(max=REASON_MAX, message=_("Gardez l’essentiel : %(max)d signes au plus.")),
        ],
    )
    seen = HiddenField(validators=[InputRequired(_TORN), Regexp(r"^\d{1,9}$", message=_TORN)])

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        # Whether it is needed depends on the answer: calling it optional would mislead.
        self.final_cost.flags.hide_optional = True

    def finding(self) -> Finding:
        """What was typed, for the deed; call it once the form has been validated."""
        return Finding(
            feasible=self.feasible.data == "yes",
            final_cents=self.final_cost.data,
            reason=self.reason.data or "",
            seen=int(self.seen.data or 0),
        )
