"""The forms of the desk: shape and length only."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from participatory.control.rules import LONGEST_EVIDENCE, LONGEST_TOLD, Outcome
from participatory.integrity_desk.listing import EVERYTHING, Sieve
from participatory.integrity_desk.rules import LONGEST_REASON, LONGEST_WORDS, CaseState, clean
from participatory.web.forms import BaseForm, choices, option

_SAY_WHY = _("Dites pourquoi.")
_CHOOSE = _("Choisissez.")


_STATES = frozenset({EVERYTHING, *(state.value for state in CaseState)})


class SieveForm(BaseForm):
    """The filters of the list, in its address."""

    class Meta(BaseForm.Meta):
        """Nothing is written: no token is needed."""

        csrf = False

    budget = SelectField(_("Budget"), validate_choice=False)
    etat = SelectField(_("État"), validate_choice=False)
    site = SelectField(_("Site"), validate_choice=False)

    def offer(self, rounds: list[tuple[str, str]], sites: list[tuple[str, str]]) -> None:
        """Give the choices; the first of each is what is shown without any."""
        self.budget.choices = [("", gettext("Tous les budgets")), *rounds]
        self.etat.choices = [
            ("", gettext("Ce qui attend")),
            (EVERYTHING, gettext("Tous les états")),
            *choices(CaseState),
        ]
        self.site.choices = [("", gettext("Tous les sites")), *sites]

    def sieve(self) -> Sieve:
        """The filters in force: a budget or a site that is none finds nothing, a state that is none is left out."""
        # PostgreSQL refuses a text that holds a NUL.
        budget, state, site = (
            (field.data or "").replace("\0", "�") or None for field in (self.budget, self.etat, self.site)
        )
        return Sieve(budget, state if state in _STATES else None, site)

    def unknown(self, asked: Iterable[str]) -> list[str]:
        """Which of these names of an address this page does not know, and the state when it is none."""
        names = {each for each in asked if each not in {*self._fields, "page"}}
        if self.etat.data and self.etat.data not in _STATES:
            names.add(str(self.etat.data))
        return sorted(clean(each)[:40] for each in names)


class ReasonForm(BaseForm):
    """A deed on a whole case, and why."""

    reason = TextAreaField(_("Pourquoi"), [InputRequired(_SAY_WHY), Length(max=LONGEST_REASON)], render_kw={"rows": 3})


class NumbersForm(BaseForm):
    """A deed on some ballots of a case; `shown` is what the page said before, so that nothing else is done."""

    numbers = StringField(
        _("Bulletins"), [InputRequired(_("Dites quels bulletins.")), Length(max=2000)], render_kw={"inputmode": "text"}
    )
    shown = HiddenField(validators=[Length(max=2000)])


class SomeForm(NumbersForm, ReasonForm):
    """The same, and why."""


class SettingAsideForm(NumbersForm):
    """Proposing to set ballots aside: a motive of the rulebook, and what happened."""

    motive = RadioField(_("Motif du règlement"), [InputRequired(_("Choisissez un motif."))])
    evidence = TextAreaField(
        _("Ce qui s’est passé"),
        [InputRequired(_("Dites ce qui s’est passé.")), Length(max=LONGEST_EVIDENCE)],
        render_kw={"rows": 8},
    )
    told = StringField(_("Comment les personnes sans adresse ont été prévenues"), [Length(max=LONGEST_TOLD)])

    def offer(self, motives: list[tuple[str, str]]) -> None:
        """The motives that the rulebook of the round names."""
        self.motive.choices = [option(value, words) for value, words in motives]


class DecisionForm(NumbersForm):
    """The decision of the second officer, about what the page showed."""

    outcome = RadioField(_("Votre décision"), [InputRequired(_CHOOSE)], choices=lambda: choices(Outcome))
    seen = HiddenField(validators=[InputRequired(), Length(max=64)])


class AppealForm(BaseForm):
    """The decision of a third officer about an appeal."""

    outcome = RadioField(_("Votre décision"), [InputRequired(_CHOOSE)])
    words = TextAreaField(
        _("Ce que vous répondez à la personne"),
        [InputRequired(_("Dites pourquoi : la personne le lira.")), Length(max=LONGEST_WORDS)],
        render_kw={"rows": 5},
    )

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.outcome.choices = [
            option("restored", gettext("Rétablir : le bulletin comptera")),
            option("upheld", gettext("Maintenir : le bulletin ne comptera pas")),
        ]
