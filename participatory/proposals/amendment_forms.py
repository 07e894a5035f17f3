"""The forms of an amendment: other words for the texts of a project, and the answer of those who write it."""

from flask_babel import lazy_gettext as _later
from wtforms import TextAreaField

from participatory.core.labels import N_
from participatory.proposals.content import MAX_SUMMARY, MAX_TEXT
from participatory.proposals.fields import AtMost, one_line, readable
from participatory.web.forms import BaseForm


class AmendForm(BaseForm):
    """The texts as they are, to be written otherwise, and why."""

    summary = TextAreaField(_later(N_("En une ou deux phrases")), [AtMost(MAX_SUMMARY)], filters=[one_line])
    need = TextAreaField(_later(N_("Le besoin")), [AtMost(MAX_TEXT)], filters=[readable])
    solution = TextAreaField(_later(N_("Ce que vous proposez")), [AtMost(MAX_TEXT)], filters=[readable])
    beneficiaries = TextAreaField(_later(N_("À qui cela profite")), [AtMost(1000)], filters=[readable])
    why = TextAreaField(_later(N_("Ce que cela améliore")), [AtMost(500)], filters=[readable])


class AnswerForm(BaseForm):
    """What the authors answer; the reason of a refusal is asked by the deed."""

    answer = TextAreaField(_later(N_("Votre réponse")), [AtMost(1000)], filters=[readable])
