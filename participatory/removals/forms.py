"""Which project is taken out of a vote, and why."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from participatory.deeds.rules import LONGEST_REASON
from participatory.proposals.models import Proposal
from participatory.web.forms import BaseForm, option


class RemovalForm(BaseForm):
    """A removal to propose."""

    project = SelectField(_l("Projet à retirer"), [InputRequired(_l("Choisissez le projet à retirer."))])
    reason = TextAreaField(
        _l("Pourquoi il ne peut plus être réalisé"),
        [InputRequired(_l("Dites pourquoi : cette phrase sera publiée.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 4},
    )

    def offer(self, projects: Sequence[Proposal]) -> None:
        """The projects on the ballot, by title."""
        ordered = sorted(projects, key=lambda each: each.title.casefold())
        self.project.choices = [option("", gettext("Choisissez…"))]
        self.project.choices += [option(each.public_id, each.title) for each in ordered]
