"""The forms of this package: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from participatory.control.rules import LONGEST_ANSWER, LONGEST_APPEAL, LONGEST_EVIDENCE, LONGEST_TOLD, Outcome
from participatory.deeds.rules import LONGEST_REASON
from participatory.web.forms import BaseForm, choices


class ProposeForm(BaseForm):
    """Proposing a step: nothing is typed."""


class AnnulForm(BaseForm):
    """Why a vote is annulled."""

    reason = TextAreaField(
        _("Raison de l’annulation"),
        [InputRequired(_("Dites pourquoi ce vote est annulé.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 4},
    )


class PairForm(BaseForm):
    """The evidence of a case, and how the voter was told when nobody can be written to."""

    evidence = TextAreaField(
        _("Ce qui s’est passé, et d’où vous le savez"),
        [InputRequired(_("Dites ce qui s’est passé.")), Length(max=LONGEST_EVIDENCE)],
        render_kw={"rows": 5},
    )
    told = StringField(_("Comment la personne a été prévenue autrement"), [Length(max=LONGEST_TOLD)])


class SoughtForm(PairForm):
    """The same for somebody who is looked up, with the motive, and the reason for looking."""

    sought = StringField(
        _("Adresse électronique, INE ou code public de la personne"),
        [InputRequired(_("Dites de qui il s’agit.")), Length(max=254)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
    reason = StringField(
        _("Pourquoi la chercher"),
        [InputRequired(_("Dites pourquoi : la personne lira ce motif.")), Length(max=LONGEST_REASON)],
    )
    motive = RadioField(_("Motif du règlement"), [InputRequired(_("Choisissez un motif."))])


class DecideForm(BaseForm):
    """The decision of the second officer, about what the page showed."""

    outcome = RadioField(_("Votre décision"), [InputRequired(_("Choisissez."))], choices=lambda: choices(Outcome))
    seen = HiddenField(validators=[InputRequired(), Length(max=64)])


class AppealForm(BaseForm):
    """Why a voter contests that their ballot was set aside."""

    words = TextAreaField(
        _("Pourquoi vous contestez cette décision"),
        [InputRequired(_("Dites pourquoi, en quelques mots.")), Length(max=LONGEST_APPEAL)],
        render_kw={"rows": 5},
    )


class AnswerForm(BaseForm):
    """What a voter says of their own ballot."""

    wish = RadioField(_("Votre réponse"), [InputRequired(_("Choisissez une réponse."))])
    words = TextAreaField(_("Ce que vous voulez ajouter"), [Length(max=LONGEST_ANSWER)], render_kw={"rows": 5})
