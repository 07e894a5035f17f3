"""The forms of the work towards a finding: shape and length only."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Regexp

from participatory.appraisal.assigning import NAME_MAX, GroupWords, Hands
from participatory.appraisal.linking import REASON_MAX as LINK_REASON_MAX
from participatory.appraisal.linking import Wanted
from participatory.appraisal.models import AppraisalGroup
from participatory.appraisal.opinions import BODY_MAX, QUESTION_MAX, TEXT_MAX, Asked, Given
from participatory.appraisal.opinions import NAME_MAX as RESPONDENT_MAX
from participatory.appraisal.preparing import NOTE_MAX, REASON_MAX
from participatory.appraisal.rules import Verdict
from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.typography import french
from participatory.identity.models import Person
from participatory.proposals.linked import LinkKind
from participatory.proposals.models import Proposal
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Site
from participatory.web.forms import BaseForm, ParisDateTimeField, choices, option

_NEEDED = _("Ce champ est nécessaire.")
_TORN = _("La page est incomplète : rechargez-la, puis recommencez.")
_NO_ANSWER = _("Choisissez une réponse.")


class ButtonForm(BaseForm):
    """A button that does one thing."""


class NoteForm(BaseForm):
    """A note between those who appraise."""

    text = TextAreaField(
        _("Votre note"), [InputRequired(_("Écrivez la note avant de la garder.")), Length(max=NOTE_MAX)]
    )


class InterestForm(BaseForm):
    """Why one may not judge a project."""

    reason = StringField(_("Ce qui vous lie à ce projet"), [InputRequired(_NEEDED), Length(max=REASON_MAX)])


class AskForm(BaseForm):
    """An opinion to ask for."""

    body = StringField(_("Établissement ou organisme"), [InputRequired(_NEEDED), Length(max=BODY_MAX)])
    email = EmailField(
        _("Adresse électronique du service"),
        [InputRequired(_NEEDED), Length(max=254)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
    question = TextAreaField(_("Ce que vous voulez savoir"), [Length(max=QUESTION_MAX)], render_kw={"rows": 3})
    due = ParisDateTimeField(_("Réponse attendue avant le"), [InputRequired(_NEEDED)])

    def asked(self) -> Asked:
        """What was typed, once the form has been validated."""
        return Asked(self.body.data or "", self.email.data or "", self.question.data or "", self.due.data or now())


class AnswerForm(BaseForm):
    """What a body answers."""

    verdict = RadioField(
        _("Votre avis"),
        choices=lambda: choices(Verdict),
        validate_choice=False,
        validators=[InputRequired(_NO_ANSWER), AnyOf([each.value for each in Verdict], message=_NO_ANSWER)],
    )
    text = TextAreaField(_("Vos raisons"), [InputRequired(_NEEDED), Length(max=TEXT_MAX)], render_kw={"rows": 7})
    respondent = StringField(
        _("Votre nom"), [InputRequired(_NEEDED), Length(max=RESPONDENT_MAX)], render_kw={"autocomplete": "name"}
    )
    function = StringField(
        _("Votre fonction"),
        [InputRequired(_NEEDED), Length(max=RESPONDENT_MAX)],
        render_kw={"autocomplete": "organization-title"},
    )
    seen = HiddenField(validators=[InputRequired(_TORN), Regexp(r"^\d{1,4}$", message=_TORN)])

    def given(self) -> Given:
        """What was typed, once the form has been validated."""
        return Given(
            Verdict(self.verdict.data), self.text.data or "", self.respondent.data or "", self.function.data or "",
            int(self.seen.data or 0),
        )  # fmt: skip


class LinkForm(BaseForm):
    """A link between projects; of a requirement, `first` is the project that needs the others."""

    kind = RadioField(
        _("Quel lien ?"),
        choices=lambda: choices(LinkKind),
        validate_choice=False,
        validators=[InputRequired(_NO_ANSWER), AnyOf([each.value for each in LinkKind], message=_NO_ANSWER)],
    )
    first = SelectField(_("Projet qui a besoin des autres"), validate_choice=False, coerce=str)
    projects = SelectMultipleField(_("Projets"), validate_choice=False)
    reason = TextAreaField(
        _("Raison publiée"), [InputRequired(_NEEDED), Length(max=LINK_REASON_MAX)], render_kw={"rows": 4}
    )

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        # Whether each is needed depends on the kind: calling them optional would mislead.
        self.first.flags.hide_optional = self.projects.flags.hide_optional = True

    def offer(self, proposals: Sequence[Proposal]) -> None:
        """Fill the two lists."""
        offered = [option(each.public_id, french(each.title)) for each in proposals]
        self.projects.choices = offered
        self.first.choices = [option("", gettext("Aucun : le lien est le même pour tous")), *offered]

    def wanted(self) -> Wanted:
        """What was typed, once the form has been validated; raises Refusal when a requirement names nobody first."""
        kind, chosen = LinkKind(self.kind.data), [*(self.projects.data or [])]
        if kind is LinkKind.REQUIRES:
            if not self.first.data:
                raise Refusal(N_("Dites quel projet a besoin des autres."), Kind.INVALID, "first")
            chosen = [self.first.data, *(each for each in chosen if each != self.first.data)]
        return Wanted(kind, tuple(chosen), self.reason.data or "")


class GroupForm(BaseForm):
    """A group of people who appraise."""

    name = StringField(_("Nom du groupe"), [InputRequired(_NEEDED), Length(max=NAME_MAX)])
    members = SelectMultipleField(_("Personnes"), validate_choice=False)
    themes = SelectMultipleField(_("Thèmes"), validate_choice=False)
    sites = SelectMultipleField(_("Sites"), validate_choice=False)

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.members.flags.hide_optional = True

    def offer(self, people: Sequence[Person], sites: Sequence[Site]) -> None:
        """Fill the three lists."""
        self.members.choices = [option(each.public_id, each.display_name) for each in people]
        self.themes.choices = choices(Theme)
        self.sites.choices = [option(each.slug, each.name) for each in sites]

    def begin(self, group: AppraisalGroup) -> None:
        """Show a group as it is."""
        self.name.data, self.themes.data, self.sites.data = group.name, group.theme_codes, group.site_slugs
        self.members.data = [each.public_id for each in group.members]

    def words(self) -> GroupWords:
        """What was typed, without what is not offered."""
        known = {each.value for each in self.sites.choices or []}  # type: ignore[union-attr]
        return GroupWords(
            self.name.data or "",
            tuple(each for each in Theme if each.value in (self.themes.data or [])),
            tuple(each for each in self.sites.data or [] if each in known),
            tuple(self.members.data or []),
        )


class AssignForm(BaseForm):
    """Whom a project goes to: `g:` a group, `p:` a person."""

    to = SelectField(_("Confié à"), [InputRequired(_("Choisissez un groupe ou une personne."))], validate_choice=False)
    due = ParisDateTimeField(_("Avis attendu avant le"), [InputRequired(_NEEDED)])

    def offer(self, groups: Sequence[AppraisalGroup], people: Sequence[Person]) -> None:
        """Fill the list."""
        self._groups = {f"g:{each.public_id}": each for each in groups}
        self._people = {f"p:{each.public_id}": each for each in people}
        self.to.choices = [
            option("", gettext("Personne encore")),
            *(option(key, gettext("Groupe : %(name)s", name=each.name)) for key, each in self._groups.items()),
            *(option(key, each.display_name) for key, each in self._people.items()),
        ]

    def hands(self, current: AppraisalGroup | None = None) -> Hands:
        """Who was chosen; a person of the group that had the project has it for that group."""
        person = self._people.get(self.to.data or "")
        group = self._groups.get(self.to.data or "")
        if person is not None and current is not None and any(each.id == person.id for each in current.members):
            group = current
        return Hands(group, person)
