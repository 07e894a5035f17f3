"""The forms of signing in, of one's account and of roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, EmailField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from participatory.core.labels import label
from participatory.identity.models import Association
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import LONGEST_NAME, Role
from participatory.identity.scopes import Named
from participatory.web.forms import BaseForm, choices, option


def _offered(associations: list[Association]) -> list[Any]:
    return [option("", gettext("Aucune")), *(option(each.slug, each.name) for each in associations)]


class AddressForm(BaseForm):
    """The address that the letter goes to; `next` is where to return."""

    email = EmailField(
        _("Votre adresse électronique"),
        [InputRequired(_("Écrivez votre adresse électronique.")), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    next = HiddenField()


class CodeForm(BaseForm):
    """The code that the letter holds."""

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


class LinkForm(BaseForm):
    """The button that the link of a letter leads to."""


class AccountForm(BaseForm):
    """What people decide about themselves."""

    display_name = StringField(
        _("Nom affiché"),
        [InputRequired(_("Écrivez le nom que les autres liront.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "nickname"},
    )
    # The names of languages are written in themselves, so that each is found by those who read it.
    locale = RadioField(_("Langue"), [InputRequired()], choices=[option("fr", "Français"), option("en", "English")])
    association = SelectField(_("Association étudiante"), [Optional()], coerce=str)

    def offer(self, associations: list[Association]) -> None:
        """Fill the list of associations."""
        self.association.choices = _offered(associations)


class SearchForm(BaseForm):
    """Looking for a person by a part of the address; a GET form, so without a token."""

    class Meta(BaseForm.Meta):
        """A search changes nothing."""

        csrf = False

    email = StringField(_("Adresse électronique ou nom, en entier ou en partie"), [Length(max=254)])


class GrantForm(BaseForm):
    """A role for an account, or for an address that has none yet; the limit is sent as `kind:key`."""

    person = HiddenField(validators=[Length(max=20)])
    email = HiddenField(validators=[Length(max=254)])
    role = RadioField(_("Rôle à donner"), [InputRequired(_("Choisissez un rôle."))])
    scope = SelectField(_("Limité à"), [Optional()], coerce=str)
    starts = DateField(_("À partir du"), [Optional()])
    ends = DateField(_("Dernier jour"), [Optional()])

    def offer(self, known: Mapping[ScopeKind, Sequence[Named]]) -> None:
        """Fill the lists of roles and limits, the limits by kind."""
        self.role.choices = choices(Role)
        # Optional for some roles, needed for others: the hint says which.
        self.scope.flags.hide_optional = True
        everywhere = {gettext("Sans limite"): [option("", gettext("Partout"))]}
        self.scope.choices = everywhere | {
            gettext(label(kind)): [option(f"{kind.value}:{each.key}", each.name) for each in things]
            for kind, things in known.items()
            if things
        }

    @property
    def chosen_scope(self) -> Scope | None:
        """The limit that was chosen among those offered."""
        kind, _colon, key = str(self.scope.data or "").partition(":")
        return Scope(ScopeKind(kind), key) if kind else None


class RevokeForm(BaseForm):
    """Which role, within which limit, is taken back from whom."""

    person = HiddenField(validators=[InputRequired(), Length(max=20)])
    role = HiddenField(validators=[InputRequired(), AnyOf(list(Role))])
    kind = HiddenField(validators=[Optional(), AnyOf(list(ScopeKind))])
    key = HiddenField(validators=[Length(max=80)])

    @property
    def scope(self) -> Scope | None:
        """The limit of the role."""
        return Scope(ScopeKind(self.kind.data), self.key.data or "") if self.kind.data else None


class AssociationForm(BaseForm):
    """The name of a new association."""

    name = StringField(
        _("Nom de l’association"), [InputRequired(_("Écrivez le nom de l’association.")), Length(max=160)]
    )
