"""The forms of reports: shape and length only."""

import re
import secrets

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from participatory.core.typography import french
from participatory.integrity_desk.report_rules import LONGEST_ANSWER, LONGEST_LINE, LONGEST_SEEN
from participatory.rounds.models import Round
from participatory.web.forms import BaseForm, option

_KEY = re.compile(r"[0-9a-f]{32}")


class ReportForm(BaseForm):
    """What somebody saw. Nothing but that is needed."""

    seen = TextAreaField(
        _("Ce que vous avez vu"),
        [InputRequired(_("Dites en quelques mots ce que vous avez vu.")), Length(max=LONGEST_SEEN)],
        render_kw={"rows": 6},
    )
    place = StringField(_("Où ?"), [Length(max=LONGEST_LINE)])
    moment = StringField(_("Quand ?"), [Length(max=LONGEST_LINE)])
    round = SelectField(_("Dans quel budget ?"))
    contact = EmailField(
        _("Votre adresse électronique, si vous voulez une réponse"),
        [Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    form_key = HiddenField()

    def offer(self, rounds: list[Round]) -> None:
        """Name the rounds that one may choose."""
        self.round.choices = [
            option("", gettext("Je ne sais pas, ou aucun")),
            *(option(each.slug, french(each.title)) for each in rounds),
        ]

    def key(self) -> str:
        """What tells this form from another: as it came, or drawn anew where it has not the shape of ours."""
        typed = self.form_key.data or ""
        if not _KEY.fullmatch(typed):
            self.form_key.data = typed = secrets.token_hex(16)
        return typed


class AnswerForm(BaseForm):
    """An answer to whoever reported."""

    words = TextAreaField(
        _("Votre réponse"),
        [DataRequired(_("Écrivez une réponse.")), Length(max=LONGEST_ANSWER)],
        render_kw={"rows": 6},
    )


class CloseForm(BaseForm):
    """Why a report is closed without an answer."""

    reason = TextAreaField(
        _("Motif de la fermeture"),
        [DataRequired(_("Dites pourquoi ce signalement est fermé.")), Length(max=LONGEST_ANSWER)],
        render_kw={"rows": 3},
    )


class JoinForm(BaseForm):
    """The case that a report belongs to."""

    case_id = StringField(
        _("Numéro du dossier"),
        [Length(max=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
