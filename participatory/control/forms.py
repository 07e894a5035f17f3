"""The forms of this package: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from participatory.deeds.rules import LONGEST_REASON
from participatory.web.forms import BaseForm


class ProposeForm(BaseForm):
    """Proposing a step: nothing is typed."""


class AnnulForm(BaseForm):
    """Why a vote is annulled."""

    reason = TextAreaField(
        _("Raison de l’annulation"),
        [InputRequired(_("Dites pourquoi ce vote est annulé.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 4},
    )
