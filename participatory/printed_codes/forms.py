"""The forms of codes on paper: entering one, and the work at the counter."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from participatory.printed_codes.rules import LARGEST_PACKAGE, Outcome
from participatory.rounds.models import Round
from participatory.territories.models import Establishment
from participatory.web.forms import BaseForm, ParisDateTimeField, choices, option

_NEEDED = _("Ce champ est nécessaire.")
_COUNT = [
    InputRequired(_("Écrivez un nombre, 0 s’il n’y en a pas.")),
    NumberRange(0, LARGEST_PACKAGE, _("Écrivez un nombre de feuilles.")),
]
_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class EnterForm(BaseForm):
    """The code of a sheet; the address only for those who showed it at the counter. `next` is where to return."""

    code = StringField(
        _("Code de la feuille"),
        [InputRequired(_("Écrivez le code de la feuille.")), Length(max=40)],
        render_kw={**_PLAIN, "size": "16", "data-from-fragment": ""},
    )
    address = StringField(
        _("Votre adresse d’étudiant, si vous l’avez montrée au guichet"),
        [Length(max=254)],
        render_kw={"inputmode": "email", "autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    next = HiddenField()


class PackageForm(BaseForm):
    """A package to make."""

    round = SelectField(_("Budget"), [InputRequired(_("Choisissez un budget."))], coerce=str)
    establishment = SelectField(_("Établissement"), [InputRequired(_("Choisissez un établissement."))], coerce=str)
    size = IntegerField(_("Nombre de feuilles"), [InputRequired(_NEEDED)], render_kw=_DIGITS)
    expires_at = ParisDateTimeField(_("Les codes valent jusqu’au"), [InputRequired(_NEEDED)])

    def offer(self, rounds: Sequence[Round], establishments: Sequence[Establishment]) -> None:
        """Fill the two lists."""
        self.round.choices = [option(each.public_id, each.title) for each in rounds]
        self.establishment.choices = [option("", ""), *(option(each.key, each.name) for each in establishments)]


class PrintForm(BaseForm):
    """The button that draws the codes."""


class HandForm(BaseForm):
    """A sheet handed over."""

    serial = StringField(_("Numéro de la feuille"), [InputRequired(_NEEDED), Length(max=20)], render_kw=_PLAIN)
    identifier = StringField(
        _("INE, numéro étudiant ou adresse de l’établissement"),
        [InputRequired(_NEEDED), Length(max=254)],
        render_kw={**_PLAIN, "autocapitalize": "none"},
    )
    card = BooleanField(
        _("J’ai la carte d’étudiant sous les yeux, et c’est bien cette personne."),
        [InputRequired(_("Vérifiez la carte d’étudiant, puis cochez la case."))],
    )


class TakeBackForm(BaseForm):
    """A sheet taken out of use."""

    sheet = StringField(_("Numéro de la feuille"), [InputRequired(_NEEDED), Length(max=20)], render_kw=_PLAIN)
    outcome = RadioField(_("Que devient cette feuille ?"), [InputRequired(_("Choisissez une réponse."))])

    def offer(self) -> None:
        """Fill the choices, in the page's language."""
        self.outcome.choices = choices(Outcome)


class CloseForm(BaseForm):
    """What the clerk counts on the table."""

    stock = IntegerField(_("Feuilles jamais remises, encore dans le paquet"), _COUNT, render_kw=_DIGITS)
    returned = IntegerField(_("Feuilles rendues par des étudiants"), _COUNT, render_kw=_DIGITS)
    void = IntegerField(_("Feuilles annulées : perdues, abîmées, remises par erreur"), _COUNT, render_kw=_DIGITS)
    note = StringField(_("Ce qui explique une différence"), [Length(max=300)])
