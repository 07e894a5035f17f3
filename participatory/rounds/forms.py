"""The forms by which a round is made and changed: shape and length only."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from participatory.core.clock import paris
from participatory.rounds.drafts import Draft
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, CountRule, Rulebook, Theme, TieBreak
from participatory.rounds.rules import DATED, Calendar, Phase, Texts
from participatory.web.forms import BaseForm, MoneyField, ParisDateTimeField, choices

_OWN_BALLOTS = (BallotKind.APPROVAL, BallotKind.KNAPSACK)
_SHOWN = "%Y-%m-%d %H:%M"
_CENTURY = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def plausible_date(_form: BaseForm, field: Field) -> None:
    """Refuse a year that can only be a slip of the keyboard."""
    if field.data is not None and not _CENTURY[0] <= field.data < _CENTURY[1]:
        raise ValidationError(_l("Vérifiez l’année."))


def _kept(typed: Any, present: datetime) -> datetime:
    """The present instant when its minute in Paris was left as it was, since a form shows no seconds."""
    unchanged = paris(typed).strftime(_SHOWN) == paris(present).strftime(_SHOWN)
    return present if unchanged else typed


def _needed() -> InputRequired:
    return InputRequired(_l("Ce champ est nécessaire."))


def _date(label: Any) -> ParisDateTimeField:
    return ParisDateTimeField(label, [_needed(), plausible_date])


def _whole(label: Any, least: int, most: int, hint: Any = "") -> IntegerField:
    def within(_form: BaseForm, field: Field) -> None:
        # A text that is no number has already been answered by the field itself.
        if field.data is not None and not least <= field.data <= most:
            message = _l("Écrivez un nombre entier entre %(least)s et %(most)s.", least=least, most=most)
            raise ValidationError(message)

    return IntegerField(label, [_needed(), within], description=hint)


class LateDatesForm(BaseForm):
    """What may still be moved once voting has opened."""

    results = _date(_l("Résultats"))
    delivery = _date(_l("Début de la réalisation"))

    def dates(self, calendar: Calendar) -> dict[Phase, datetime]:
        """The whole calendar with these two dates."""
        late = {Phase.RESULTS: self.results.data, Phase.DELIVERY: self.delivery.data}
        starts = {phase: calendar.starts(phase) for phase in DATED}
        return {phase: _kept(late.get(phase, start), start) for phase, start in starts.items()}


class RoundForm(BaseForm):
    """A round: what it says, when its phases begin, and its rules."""

    title = StringField(
        _l("Titre"), [_needed(), Length(max=120)], description=_l("Par exemple : Budget étudiant 2027-28.")
    )
    summary = TextAreaField(_l("En une ou deux phrases"), [_needed(), Length(max=400)])
    description = TextAreaField(
        _l("Présentation"), [Optional(), Length(max=20_000)], description=_l("Markdown accepté.")
    )

    announcement = _date(_l("Annonce publique"))
    submission = _date(_l("Ouverture du dépôt"))
    review = _date(_l("Fin du dépôt, début de l’instruction"))
    voting = _date(_l("Ouverture du vote"))
    control = _date(_l("Clôture du vote"))
    results = _date(_l("Résultats"))
    delivery = _date(_l("Début de la réalisation"))

    budget = MoneyField(_l("Enveloppe"), [_needed()])
    balance_floor = MoneyField(
        _l("Part réservée aux villes universitaires d’équilibre"),
        [Optional()],
        description=_l("Elle sert d’abord leurs projets ; ce qui en reste rejoint l’enveloppe commune."),
    )
    project_min = MoneyField(_l("Coût minimal d’un projet"), [_needed()])
    project_max = MoneyField(_l("Coût maximal d’un projet"), [_needed()])
    themes = SelectMultipleField(_l("Thèmes"), choices=lambda: choices(Theme))
    ballot_kind = RadioField(
        _l("Bulletin"),
        [_needed()],
        choices=lambda: [choice for choice in choices(BallotKind) if choice.value in _OWN_BALLOTS],
    )
    ballot_min = _whole(_l("Nombre minimal de projets sur un bulletin"), 1, 100)
    ballot_max = _whole(_l("Nombre maximal de projets sur un bulletin"), 1, 100)
    tie_break = RadioField(_l("Départage des égalités"), [_needed()], choices=lambda: choices(TieBreak))
    min_votes = _whole(
        _l("Nombre de votes à atteindre pour être financé"), 0, 100_000, _l("0 pour ne fixer aucun seuil.")
    )
    max_proposals_per_person = _whole(_l("Nombre maximal de projets par personne"), 1, 100)
    proposers_on_roll = BooleanField(_l("Seules les personnes de la liste électorale peuvent déposer un projet"))

    note = TextAreaField(
        _l("Motif du changement de règlement"),
        [Optional(), Length(max=300)],
        description=_l("Publié avec la nouvelle version ; nécessaire si une règle change."),
    )
    seen = HiddenField()

    def texts(self) -> Texts:
        """What the round says."""
        return Texts(self.title.data or "", self.summary.data or "", self.description.data or "")

    def dates(self, present: Calendar | None = None) -> dict[Phase, datetime]:
        """The start of each phase, UTC; a date left as it was shown keeps its exact instant of `present`."""
        if present is None:
            return {phase: self[phase.value].data for phase in DATED}
        return {phase: _kept(self[phase.value].data, present.starts(phase)) for phase in DATED}

    def book(self, base: Rulebook) -> Rulebook:
        """The rules typed, with what the form does not show taken from `base`; amounts in cents."""
        return base.changed(
            budget_cents=self.budget.data,
            project_min_cents=self.project_min.data,
            project_max_cents=self.project_max.data,
            themes=tuple(theme for theme in Theme if theme.value in (self.themes.data or [])),
            ballot_kind=BallotKind(self.ballot_kind.data),
            ballot_min=self.ballot_min.data,
            ballot_max=self.ballot_max.data,
            tie_break=TieBreak(self.tie_break.data),
            min_votes=self.min_votes.data,
            proposers_on_roll=bool(self.proposers_on_roll.data),
            max_proposals_per_person=self.max_proposals_per_person.data,
        ).with_balance(self.balance_floor.data or 0)

    def draft(self, base: Rulebook, present: Calendar | None = None) -> Draft:
        """All of it, ready to be judged; only once the form is valid."""
        return Draft(self.texts(), self.dates(present), self.book(base), self.note.data or "", self.seen.data or "")


def empty_rulebook() -> Rulebook:
    """What a new round starts from, until the form says otherwise; its seed is drawn when it is created."""
    return Rulebook(
        budget_cents=0,
        floors=(),
        project_min_cents=500_00,
        project_max_cents=30_000_00,
        themes=tuple(Theme),
        ballot_kind=BallotKind.APPROVAL,
        ballot_min=1,
        ballot_max=3,
        count_rule=CountRule.GREEDY,
        tie_break=TieBreak.RULEBOOK,
        tie_seed="",
        min_votes=0,
        proposers_on_roll=True,
        max_proposals_per_person=2,
    )


def rules_shown(book: Rulebook) -> dict[str, Any]:
    """The rules under the names of the form's fields."""
    return {
        "budget": book.budget_cents or None,
        "balance_floor": book.balance_cents or None,
        "project_min": book.project_min_cents,
        "project_max": book.project_max_cents,
        "themes": [theme.value for theme in book.themes],
        "ballot_kind": book.ballot_kind.value,
        "ballot_min": book.ballot_min,
        "ballot_max": book.ballot_max,
        "tie_break": book.tie_break.value,
        "min_votes": book.min_votes,
        "proposers_on_roll": book.proposers_on_roll,
        "max_proposals_per_person": book.max_proposals_per_person,
    }


def round_shown(round_: Round) -> dict[str, Any]:
    """The round under the names of the form's fields."""
    dates = {phase.value: round_.calendar.starts(phase) for phase in DATED}
    texts = {"title": round_.title, "summary": round_.summary, "description": round_.description}
    return {**texts, **dates, **rules_shown(round_.rulebook), "seen": round_.mark}
