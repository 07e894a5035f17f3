"""The forms of the roll: a file, then its confirmation."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from participatory.web.forms import BaseForm


class UploadForm(BaseForm):
    """The list to look at before importing it."""

    file = FileField(
        _("Liste au format csv"),
        [FileRequired(_("Choisissez le fichier de la liste."))],
        render_kw={"accept": ".csv,.txt,.tsv,text/csv"},
    )


class ConfirmForm(BaseForm):
    """The agreement to import what can be."""

    upload = HiddenField(validators=[InputRequired()])
    without_bad_rows = BooleanField()
