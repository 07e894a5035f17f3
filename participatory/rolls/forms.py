"""The forms of the roll: a file, then its confirmation; the columns between them are a form without deed."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from participatory.web.forms import BaseForm


class UploadForm(BaseForm):
    """The list to look at before sending it."""

    file = FileField(
        _("Liste : xlsx, xls, ods ou csv"),
        [FileRequired(_("Choisissez le fichier de la liste."))],
        render_kw={"accept": ".xlsx,.xls,.ods,.csv,.txt,.tsv"},
    )


class ConfirmForm(BaseForm):
    """The agreement to send what can be."""

    upload = HiddenField(validators=[InputRequired()])
    without_bad_rows = BooleanField()
