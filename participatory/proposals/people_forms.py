"""The forms about who writes a project: an address to invite, a co-author to choose."""

from flask_babel import lazy_gettext as _later
from wtforms import EmailField, SelectField

from participatory.core.labels import N_
from participatory.proposals.fields import ToSubmit
from participatory.web.forms import BaseForm, option


class InviteForm(BaseForm):
    """The address of somebody to write with."""

    email = EmailField(_later(N_("Adresse électronique de la personne à inviter")), [ToSubmit()])


class HandOverForm(BaseForm):
    """The co-author to whom a project is offered; the view gives the choices."""

    to = SelectField(_later(N_("À qui ?")), validate_choice=False)

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer these people, by public identifier and name."""
        self.to.choices = [option(identifier, name) for identifier, name in people]
