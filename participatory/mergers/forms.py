"""The forms by which people ask to join a project, propose that two become one or that one become two: shape only."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from participatory.mergers.rules import MESSAGE_MOST
from participatory.proposals.content import MAX_TITLE
from participatory.proposals.fields import one_line
from participatory.proposals.models import Proposal
from participatory.web.forms import BaseForm

_TOO_LONG = _("Gardez l’essentiel : %(max)d signes au plus.")
_CHOOSE = _("Choisissez un projet.")


class JoinForm(BaseForm):
    """What one says to the authors of a project that one would like to write with them."""

    message = TextAreaField(
        _("Votre mot aux auteurs"),
        [InputRequired(_("Dites en une phrase ce que vous apporteriez.")), Length(max=MESSAGE_MOST, message=_TOO_LONG)],
        description=_("Ce que vous apporteriez, ce que vous aviez en tête. Ils le lisent avec votre nom d’usage."),
    )


class MergerForm(BaseForm):
    """Which project, which of the two stays, and why."""

    other = SelectField(_("Avec quel projet ?"), [InputRequired(_CHOOSE)])
    kept = RadioField(_("Lequel des deux reste ?"), [InputRequired(_("Dites lequel des deux projets reste."))])
    message = TextAreaField(
        _("Pourquoi les réunir"),
        [InputRequired(_("Dites pourquoi en une phrase.")), Length(max=MESSAGE_MOST, message=_TOO_LONG)],
        description=_("Toutes les personnes qui écrivent l’un ou l’autre la lisent avant de répondre."),
    )

    def offer(self, proposal: Proposal, others: list[Proposal]) -> None:
        """Give the projects among which to choose; the first choice says that none is chosen yet."""
        self.other.choices = [("", _("Choisir…")), *((each.public_id, each.title) for each in others)]
        self.kept.choices = [
            ("this", _("Celui-ci : « %(title)s »", title=proposal.title)),
            ("other", _("L’autre projet")),
        ]


class SplitForm(BaseForm):
    """What the second project would be, who would carry it, and why."""

    title = StringField(
        _("Titre du second projet"),
        [
            DataRequired(_("Donnez un titre au second projet.")),
            Length(max=MAX_TITLE, message=_("Gardez l’essentiel : %(max)d signes au plus.")),
        ],
        filters=[one_line],
    )
    carrier = SelectField(
        _("Qui porterait le second projet ?"),
        [InputRequired(_("Choisissez une personne."))],
        description=_("Toutes les personnes qui écrivent le projet écriront aussi celui-là."),
    )
    message = TextAreaField(
        _("Ce qui irait dans le second projet, et pourquoi"),
        [DataRequired(_("Dites en une phrase ce qui irait dans le second projet.")),
         Length(max=MESSAGE_MOST, message=_TOO_LONG)],
        description=_("Toutes les personnes qui écrivent ce projet le lisent avant de répondre."),
    )  # fmt: skip

    def offer(self, proposal: Proposal) -> None:
        """Give the people among whom to choose who carries the second project."""
        nameless = _("un ancien compte")
        self.carrier.choices = [(each.public_id, each.display_name or nameless) for each in proposal.people]
