"""The forms of the second factor: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from participatory.identity.factors import LONGEST_FACTOR_NAME
from participatory.web.forms import BaseForm

_TYPED_CODE = {"autocomplete": "one-time-code", "spellcheck": "false"}


class QuestionForm(BaseForm):
    """The second factor, in fields whose names stand beside those of a form that was interrupted."""

    second_factor_code = StringField(
        _("Code de votre application, ou code de secours"),
        render_kw={**_TYPED_CODE, "autocapitalize": "characters", "size": "14", "maxlength": "40"},
    )
    second_factor_answer = HiddenField()


class ApplicationForm(BaseForm):
    """A new application: its name, the seed that the page showed (sealed), the code that it shows in return."""

    name = StringField(
        _("Nom de ce moyen"),
        [InputRequired(_("Donnez un nom à ce moyen, pour le reconnaître.")), Length(max=LONGEST_FACTOR_NAME)],
        render_kw={"autocomplete": "off"},
    )
    code = StringField(
        _("Code que montre l’application"),
        [InputRequired(_("Écrivez les six chiffres que montre l’application.")), Length(max=20)],
        render_kw={**_TYPED_CODE, "inputmode": "numeric", "size": "8"},
    )
    seed = HiddenField(validators=[Length(max=400)])
    next = HiddenField()


class KeyForm(BaseForm):
    """A new key: its name, and what the browser answers."""

    name = StringField(
        _("Nom de ce moyen"),
        [InputRequired(_("Donnez un nom à ce moyen, pour le reconnaître.")), Length(max=LONGEST_FACTOR_NAME)],
        render_kw={"autocomplete": "off"},
    )
    answer = HiddenField()
    next = HiddenField()
