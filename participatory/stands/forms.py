"""The forms of stands and of paper ballots: shape and length only."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from participatory.stands.rules import LARGEST_BATCH, LONGEST_LABEL, LONGEST_NOTE, CancelReason, Mark
from participatory.territories.models import Establishment, Site
from participatory.web.forms import BaseForm, ParisDateTimeField, choices, option

_NEEDED = _("Ce champ est nécessaire.")
_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
_COUNT = [
    InputRequired(_("Écrivez un nombre, 0 s’il n’y en a pas.")),
    NumberRange(0, LARGEST_BATCH, _("Écrivez un nombre de bulletins.")),
]


class StandForm(BaseForm):
    """A stand to declare."""

    label = StringField(_("Nom du stand"), [InputRequired(_NEEDED), Length(max=LONGEST_LABEL)])
    site = SelectField(_("Site"), [InputRequired(_("Choisissez un site."))], coerce=str)
    until = ParisDateTimeField(_("Ouvert jusqu’au"), [InputRequired(_NEEDED)])

    def offer(self, sites: Sequence[Site]) -> None:
        """Fill the list."""
        self.site.choices = [option("", ""), *(option(each.slug, each.name) for each in sites)]


class ButtonForm(BaseForm):
    """A button that does one thing."""


class EnrolForm(BaseForm):
    """The code that makes this device the one of a stand."""

    code = StringField(
        _("Code du stand"),
        [InputRequired(_("Écrivez le code du stand.")), Length(max=40)],
        render_kw={**_PLAIN, "size": "16", "data-from-fragment": ""},
    )


class BatchForm(BaseForm):
    """A batch of ballots to prepare."""

    stand = StringField(_("Nom du bureau ou du stand"), [InputRequired(_NEEDED), Length(max=LONGEST_LABEL)])
    site = SelectField(_("Site dont ces personnes votent"), [InputRequired(_("Choisissez un site."))], coerce=str)
    establishment = SelectField(_("Réservé à un établissement"), coerce=str)
    issued = IntegerField(_("Nombre de bulletins"), [InputRequired(_NEEDED)], render_kw=_DIGITS)

    def offer(self, sites: Sequence[Site], establishments: Sequence[Establishment]) -> None:
        """Fill the two lists."""
        self.site.choices = [option("", ""), *(option(each.slug, each.name) for each in sites)]
        self.establishment.choices = [option("", ""), *(option(each.key, each.name) for each in establishments)]


class LookForm(BaseForm):
    """Somebody who stands at the counter."""

    identifier = StringField(
        _("INE, numéro étudiant ou adresse de l’établissement"),
        [InputRequired(_NEEDED), Length(max=254)],
        render_kw={**_PLAIN, "autocapitalize": "none"},
    )
    card = BooleanField(
        _("Cette personne est devant moi et j’ai sa carte d’étudiant sous les yeux."),
        [InputRequired(_("Vérifiez la carte d’étudiant, puis cochez la case."))],
    )


class SignForm(BaseForm):
    """The ballot handed over: `who` is sealed for this counter and for a few minutes."""

    who = HiddenField(validators=[InputRequired()])


class CancelForm(BaseForm):
    """A signature to take back."""

    signed = StringField(
        _("INE, numéro étudiant ou adresse de la personne"),
        [InputRequired(_NEEDED), Length(max=254)],
        render_kw={**_PLAIN, "autocapitalize": "none"},
    )
    number = StringField(
        _("Numéro du bulletin rendu"),
        [InputRequired(_("Écrivez le numéro du bulletin que vous avez en main.")), Length(max=40)],
        render_kw=_PLAIN,
    )
    reason = RadioField(_("Pourquoi ?"), [InputRequired(_("Choisissez une réponse."))])

    def offer(self) -> None:
        """Fill the choices, in the page's language."""
        self.reason.choices = choices(CancelReason)


class EntryForm(BaseForm):
    """One ballot of the box; the choices themselves are fields of their own, one for each project."""

    number = StringField(_("Numéro du bulletin"), [InputRequired(_NEEDED), Length(max=40)], render_kw=_PLAIN)
    mark = RadioField(_("Ce bulletin est"), [InputRequired(_("Choisissez une réponse."))])

    def offer(self) -> None:
        """Fill the choices, in the page's language."""
        self.mark.choices = choices(Mark)


class CloseForm(BaseForm):
    """What was counted on the table when the batch is closed."""

    exchanged = IntegerField(_("Bulletins abîmés, repris et échangés"), _COUNT, render_kw=_DIGITS)
    missing = IntegerField(_("Bulletins remis et jamais revenus"), _COUNT, render_kw=_DIGITS)
    returned = IntegerField(_("Bulletins jamais remis, encore dans le lot"), _COUNT, render_kw=_DIGITS)
    note = StringField(_("Ce qui explique une différence"), [Length(max=LONGEST_NOTE)])
