"""The forms by which a round is made and changed: shape and length only."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.validators import Length, Optional

from participatory.rounds.area_form import areas_shown
from participatory.rounds.ballot_form import BallotForm
from participatory.rounds.basic_form import kept
from participatory.rounds.drafts import Draft
from participatory.rounds.faults import LEAST_DRAFT_DAYS, LEAST_ROLL_DAYS, MOST_DAYS, cap_field
from participatory.rounds.fields import StepField, date_field, needed, whole_field
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Cap, CapScope, Rulebook, Theme, TieBreak
from participatory.rounds.rules import DATED, Calendar, Phase
from participatory.tally.methods import Completion, RuleName, Satisfaction, Stop
from participatory.web.forms import BaseForm, MoneyField, choices

# What the form proposes when equal shares are chosen.
_ADVISED = Completion.ADD1U


class LateDatesForm(BaseForm):
    """What may still be moved once voting has opened."""

    results = date_field(_l("Résultats"))
    delivery = date_field(_l("Début de la réalisation"))

    def dates(self, calendar: Calendar) -> dict[Phase, datetime]:
        """The whole calendar with these two dates."""
        late = {Phase.RESULTS: self.results.data, Phase.DELIVERY: self.delivery.data}
        starts = {phase: calendar.starts(phase) for phase in DATED}
        return {phase: kept(late.get(phase, start), start) for phase, start in starts.items()}


class RoundForm(BallotForm):
    """A round: what it says, when its phases begin, and its rules."""

    count_rule = RadioField(_l("Règle du dépouillement"), [needed()], choices=lambda: choices(RuleName))
    satisfaction = RadioField(
        _l("Ce que vaut un projet pour qui le choisit"),
        [needed()],
        choices=lambda: choices(Satisfaction),
    )
    completion = RadioField(_l("Ce que devient l’argent qui reste"), [needed()], choices=lambda: choices(Completion))
    step = StepField(
        _l("Pas de l’augmentation, en % de la part d’un bulletin"),
        [needed()],
        description=_l("Si les parts augmentent. 1 convient ; plus petit, le compte est plus fin et plus long."),
    )
    cap_site = MoneyField(_l("Plafond par site"), [Optional()])
    cap_department = MoneyField(_l("Plafond par département"), [Optional()])
    cap_theme = MoneyField(_l("Plafond par thème"), [Optional()])
    cap_carrier = MoneyField(
        _l("Plafond par porteur"),
        [Optional()],
        description=_l("L’association qui porte les projets ou, s’il n’y en a pas, leur auteur."),
    )
    partial_funding = BooleanField(
        _l("Ce qui reste à la fin peut financer une partie d’un projet, si son auteur l’a accepté d’avance"),
    )
    tie_break = RadioField(_l("Départage des égalités"), [needed()], choices=lambda: choices(TieBreak))
    min_votes = whole_field(
        _l("Nombre de votes à atteindre pour être financé"), 0, 100_000, _l("0 pour ne fixer aucun seuil.")
    )

    roll_kept_days = whole_field(
        _l("Jours pendant lesquels la liste électorale est gardée après les résultats"),
        LEAST_ROLL_DAYS,
        MOST_DAYS,
        _l("Ensuite la liste, les signatures et les clés qui y mènent sont détruites. Les recours durent deux mois."),
    )
    drafts_kept_days = whole_field(
        _l("Jours pendant lesquels les brouillons et les projets retirés sont gardés après la fin du dépôt"),
        LEAST_DRAFT_DAYS,
        MOST_DAYS,
        _l("Ils sont ensuite effacés, avec leurs images."),
    )

    note = TextAreaField(
        _l("Motif du changement de règlement"),
        [Optional(), Length(max=300)],
        description=_l("Publié avec la nouvelle version ; nécessaire si une règle change."),
    )
    seen = HiddenField()

    def book(self, base: Rulebook) -> Rulebook:
        """The rules typed, with what the form does not show taken from `base`; amounts in cents."""
        return base.changed(
            tie_break=TieBreak(self.tie_break.data),
            min_votes=self.min_votes.data,
            caps=self._caps(),
            partial_funding=bool(self.partial_funding.data),
            roll_kept_days=self.roll_kept_days.data,
            drafts_kept_days=self.drafts_kept_days.data,
            **self._money(base),
            **self._ballot(),
            **self._count(base),
        ).with_balance(self.balance_floor.data or 0)

    def _caps(self) -> tuple[Cap, ...]:
        typed = ((scope, self[cap_field(scope)].data) for scope in CapScope)
        return tuple(Cap(scope, cents) for scope, cents in typed if cents is not None)

    def _count(self, base: Rulebook) -> dict[str, Any]:
        """The rule and its options; those that say nothing under it are left at their defaults."""
        rule, completion = RuleName(self.count_rule.data), Completion(self.completion.data)
        shares = rule is RuleName.MES
        raised = shares and completion.raises_endowment
        return {
            "count_rule": rule,
            "satisfaction": Satisfaction(self.satisfaction.data) if shares else Rulebook.satisfaction,
            "completion": completion if shares else Rulebook.completion,
            "step_permille": self.step.data if raised else Rulebook.step_permille,
            "stop": base.stop if raised else Stop.OVERSPEND,
        }

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
        count_rule=RuleName.GREEDY,
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
        "most_share": book.most_share,
        "themes": [theme.value for theme in book.themes],
        "ballot_kind": book.ballot_kind.value,
        "ballot_min": book.ballot_min,
        "ballot_max": book.ballot_max,
        "areas": areas_shown(book.contests),
        "points_budget": book.points_budget,
        "points_cap": book.points_cap,
        "rank_weights": book.rank_weights,
        "trackers": book.trackers,
        "set_aside_motives": [motive.value for motive in book.set_aside_motives],
        "reconfirm_days": book.reconfirm_days,
        "tie_break": book.tie_break.value,
        "min_votes": book.min_votes,
        "proposers_on_roll": book.proposers_on_roll,
        "max_proposals_per_person": book.max_proposals_per_person,
        "supports_needed": book.supports_needed,
        "supports_permille": book.supports_permille,
        "supports_required": book.supports_required,
        "moderation_days": book.moderation_days,
        "answer_days": book.answer_days,
        "appeal_days": book.appeal_days,
        "count_rule": book.count_rule.value,
        "satisfaction": book.satisfaction.value,
        "completion": (book.completion if book.count_rule is RuleName.MES else _ADVISED).value,
        "step": book.step_permille,
        "partial_funding": book.partial_funding,
        "roll_kept_days": book.roll_kept_days,
        "drafts_kept_days": book.drafts_kept_days,
        "proofs": [kind.value for kind in book.proofs],
        **{cap_field(cap.scope): cap.amount_cents for cap in book.caps},
    }


def round_shown(round_: Round) -> dict[str, Any]:
    """The round under the names of the form's fields."""
    dates = {phase.value: round_.calendar.starts(phase) for phase in DATED}
    texts = {"title": round_.title, "summary": round_.summary, "description": round_.description}
    return {**texts, **dates, **rules_shown(round_.rulebook), "seen": round_.mark}
