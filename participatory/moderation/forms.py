"""The decision form and the filters of the queue: shape and length only."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Regexp

from participatory.core.labels import label
from participatory.moderation.queries import Sieve
from participatory.moderation.rules import ARTICLES, TEXT_MAX, Judgement, Manner, Outcome, Question, Reason
from participatory.rounds.rulebook import Theme
from participatory.web.forms import BaseForm, choices

_NO_OUTCOME = _("Choisissez une des trois décisions.")
_TORN = _("La page est incomplète : rechargez-la, puis décidez.")


def _outcomes() -> list[tuple[str, str]]:
    return choices(Outcome)


def reasons() -> list[tuple[str, str]]:
    """The reasons of the rulebook with their articles, in the page's language, after an empty choice."""
    blank = ("", gettext("Choisir un motif"))
    return [blank] + [
        (
            reason.value,
            gettext(
                "%(reason)s (article « %(article)s »)",
                reason=gettext(label(reason)),
                article=gettext(article.title),
            ),
        )
        for reason, article in ARTICLES.items()
    ]


class DecisionForm(BaseForm):
    """What a moderator decides; whether a reason and a text are needed depends on the outcome, so the rules say it."""

    outcome = RadioField(
        _("Votre décision"),
        choices=_outcomes,
        validate_choice=False,
        validators=[
            InputRequired(_NO_OUTCOME),
            AnyOf([outcome.value for outcome in Outcome], message=_NO_OUTCOME),
        ],
    )
    reason = SelectField(
        _("Motif du règlement"),
        choices=reasons,
        default="",
        validate_choice=False,
        validators=[AnyOf(["", *(reason.value for reason in Reason)], message=_("Choisissez un motif de la liste."))],
    )
    text = TextAreaField(
        _("Votre explication"),
        validators=[Length(max=TEXT_MAX, message=_("Gardez l’essentiel : %(max)d signes au plus."))],
    )
    facts = TextAreaField(
        _("Les faits que vous avez retenus"),
        validators=[Length(max=TEXT_MAX, message=_("Gardez l’essentiel : %(max)d signes au plus."))],
    )
    questions = SelectMultipleField(_("La charte : cochez ce qui est vrai"), choices=lambda: choices(Question))
    manner = RadioField(
        _("Cette décision est prise"),
        choices=lambda: choices(Manner),
        default=Manner.HUMAN.value,
        validate_choice=False,
    )
    version = HiddenField(validators=[InputRequired(_TORN), Regexp(r"^\d{1,9}$", message=_TORN)])

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        # Whether they are needed depends on the outcome: calling them optional would mislead.
        self.reason.flags.hide_optional = True
        self.text.flags.hide_optional = True
        self.facts.flags.hide_optional = False
        self.questions.flags.hide_optional = True

    def judgement(self) -> Judgement:
        """What was typed, for the deed; call it once the form has been validated."""
        return Judgement(
            outcome=Outcome(self.outcome.data),
            reason=Reason(self.reason.data) if self.reason.data else None,
            text=self.text.data or "",
            version=int(self.version.data or 0),
            facts=self.facts.data or "",
            manner=Manner.ASSISTED if self.manner.data == Manner.ASSISTED.value else Manner.HUMAN,
            questions=tuple(each for each in Question if each.value in (self.questions.data or [])),
        )


class SieveForm(BaseForm):
    """The filters of the queue, in its address."""

    class Meta(BaseForm.Meta):
        csrf = False

    budget = SelectField(_("Budget"), validate_choice=False)
    theme = SelectField(_("Thème"), validate_choice=False)
    site = SelectField(_("Ville"), validate_choice=False)

    def offer(self, rounds: list[tuple[str, str]], sites: list[tuple[str, str]]) -> None:
        """Give the choices; the first of each shows everything."""
        self.budget.choices = [("", gettext("Tous les budgets")), *rounds]
        self.theme.choices = choices(Theme, gettext("Tous les thèmes"))
        self.site.choices = [("", gettext("Toutes les villes")), *sites]

    def sieve(self) -> Sieve:
        """The filters in force; an unknown value finds nothing rather than everything."""
        # PostgreSQL refuses a text that holds a NUL.
        asked = ((field.data or "").replace("\0", "�") or None for field in (self.budget, self.theme, self.site))
        return Sieve(*asked)
