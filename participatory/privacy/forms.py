"""The forms of one's own data and of looking somebody up: shape and length only."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of an older version
from wtforms.validators import InputRequired, Length

from participatory.core.labels import label
from participatory.privacy.rules import LONGEST_REASON, Task
from participatory.web.forms import BaseForm, option


class DeletionForm(BaseForm):
    """What is typed to confirm that an account goes for good."""

    confirmation = StringField(
        _("Pour confirmer, recopiez :"),
        [InputRequired(_("Recopiez ce qui est demandé pour confirmer.")), Length(max=254)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )


class NewAddressForm(BaseForm):
    """The address that takes the place of the present one."""

    email = EmailField(
        _("Nouvelle adresse électronique"),
        [InputRequired(_("Écrivez la nouvelle adresse.")), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


class AddressCodeForm(BaseForm):
    """The code sent to the new address."""

    code = StringField(
        _("Code reçu"),
        [InputRequired(_("Écrivez le code de la lettre.")), Length(max=40)],
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "size": "14",
        },
    )


def _tasks() -> list[SelectChoice]:
    return [option(task.value, gettext(label(task))) for task in Task if task is not Task.BALLOT]


class LookUpForm(BaseForm):
    """Who is looked up, for which task and why: nothing is shown without the three."""

    sought = StringField(
        _("Adresse électronique entière, ou code public"),
        [InputRequired(_("Écrivez l’adresse ou le code de la personne.")), Length(max=254)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
    task = RadioField(_("Pourquoi"), [InputRequired(_("Choisissez une raison."))], choices=_tasks)
    reason = TextAreaField(
        _("Précisez en quelques mots"),
        [InputRequired(_("Dites pourquoi : la personne lira ce motif.")), Length(max=LONGEST_REASON)],
    )
