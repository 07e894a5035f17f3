"""The first half of the form of a round: its texts, its calendar, its money, its projects."""

import re
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from participatory.core.clock import paris
from participatory.core.errors import Refusal
from participatory.rounds.area_form import areas_field, blame, typed_areas
from participatory.rounds.faults import (
    LEAST_ANSWER_DAYS,
    LEAST_SHARE,
    MOST_ANSWER_DAYS,
    MOST_SHARE,
    MOST_SUPPORTS,
    MOST_SUPPORTS_PERMILLE,
)
from participatory.rounds.fields import date_field, needed, whole_field
from participatory.rounds.rulebook import Rulebook, Theme
from participatory.rounds.rules import DATED, Calendar, Phase, Texts
from participatory.web.filters import refusal as refusal_words
from participatory.web.forms import BaseForm, MoneyField, choices

_SHOWN = "%Y-%m-%d %H:%M"
_IN_AREA = re.compile(r"^areas-(\d{1,3})-(\w+)$", re.ASCII)


def kept(typed: Any, present: datetime) -> datetime:
    """The present instant when its minute in Paris was left as it was, since a form shows no seconds."""
    unchanged = paris(typed).strftime(_SHOWN) == paris(present).strftime(_SHOWN)
    return present if unchanged else typed


class BasicForm(BaseForm):
    """What a round says, when its phases begin, its money and what may be proposed."""

    title = StringField(
        _l("Titre"), [needed(), Length(max=120)], description=_l("Par exemple : Budget étudiant 2027-28.")
    )
    summary = TextAreaField(_l("En une ou deux phrases"), [needed(), Length(max=400)])
    description = TextAreaField(
        _l("Présentation"), [Optional(), Length(max=20_000)], description=_l("Markdown accepté.")
    )

    announcement = date_field(_l("Annonce publique"))
    submission = date_field(_l("Ouverture du dépôt"))
    review = date_field(_l("Fin du dépôt, début de l’instruction"))
    voting = date_field(_l("Ouverture du vote"))
    control = date_field(_l("Clôture du vote"))
    results = date_field(_l("Résultats"))
    delivery = date_field(_l("Début de la réalisation"))

    budget = MoneyField(_l("Enveloppe"), [needed()])
    balance_floor = MoneyField(
        _l("Part réservée aux villes universitaires d’équilibre"),
        [Optional()],
        description=_l("Elle sert d’abord leurs projets ; ce qui en reste rejoint l’enveloppe commune."),
    )
    areas = areas_field()
    project_min = MoneyField(_l("Coût minimal d’un projet"), [needed()])
    project_max = MoneyField(_l("Coût maximal d’un projet"), [needed()])
    most_share = whole_field(
        _l("Part du coût d’un projet que ce budget paie au plus, en %"),
        LEAST_SHARE,
        MOST_SHARE,
        _l("100 pour n’exiger aucun autre financement ; le règlement-type propose 80."),
    )
    themes = SelectMultipleField(_l("Thèmes"), choices=lambda: choices(Theme))
    max_proposals_per_person = whole_field(_l("Nombre maximal de projets par personne"), 1, 100)
    supports_needed = whole_field(
        _l("Soutiens souhaités pour un projet avant le vote"),
        0,
        MOST_SUPPORTS,
        _l("0 pour n’en demander aucun. Le nombre est affiché ; il n’écarte aucun projet."),
    )
    supports_permille = whole_field(
        _l("Soutiens souhaités, pour mille étudiants du site du projet"),
        0,
        MOST_SUPPORTS_PERMILLE,
        _l("2 pour mille font 0,2 %. Le plus grand de ce nombre et du précédent vaut ; 0 pour n’en rien faire."),
    )
    supports_required = BooleanField(
        _l("Les soutiens sont exigés : l’instruction voit quels projets en ont moins, et en décide")
    )
    moderation_days = whole_field(
        _l("Temps promis à l’auteur pour la réponse d’une association, en jours"), LEAST_ANSWER_DAYS, MOST_ANSWER_DAYS
    )
    answer_days = whole_field(
        _l("Temps de l’auteur pour compléter son projet ou contester un refus, en jours"),
        LEAST_ANSWER_DAYS,
        MOST_ANSWER_DAYS,
        _l("14 jours font dix jours ouvrés. L’ouverture du vote y met fin dans tous les cas."),
    )
    appeal_days = whole_field(
        _l("Temps de l’association tirée au sort pour un réexamen, en jours"),
        LEAST_ANSWER_DAYS,
        MOST_ANSWER_DAYS,
        _l("Passé ce délai, la Région répond à sa place."),
    )
    proposers_on_roll = BooleanField(_l("Seules les personnes de la liste électorale peuvent déposer un projet"))

    def texts(self) -> Texts:
        """What the round says."""
        return Texts(self.title.data or "", self.summary.data or "", self.description.data or "")

    def dates(self, present: Calendar | None = None) -> dict[Phase, datetime]:
        """The start of each phase, UTC; a date left as it was shown keeps its exact instant of `present`."""
        if present is None:
            return {phase: self[phase.value].data for phase in DATED}
        return {phase: kept(self[phase.value].data, present.starts(phase)) for phase in DATED}

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, be it in the row of an area or the areas as a whole."""
        place = _IN_AREA.match(refusal.field or "")
        if refusal.field == "areas":
            self.areas.errors = [*self.areas.errors, refusal_words(refusal)]
        elif place is None:
            super().refuse(refusal)
        else:
            blame(self.areas, int(place[1]), place[2], refusal)

    def _money(self, base: Rulebook) -> dict[str, Any]:
        """The rules about money and projects; amounts in cents."""
        return {
            "budget_cents": self.budget.data,
            "contests": typed_areas(self.areas, base.contests),
            "project_min_cents": self.project_min.data,
            "project_max_cents": self.project_max.data,
            "most_share": self.most_share.data,
            "themes": tuple(theme for theme in Theme if theme.value in (self.themes.data or [])),
            "proposers_on_roll": bool(self.proposers_on_roll.data),
            "max_proposals_per_person": self.max_proposals_per_person.data,
            "supports_needed": self.supports_needed.data,
            "supports_permille": self.supports_permille.data,
            "supports_required": bool(self.supports_required.data),
            "moderation_days": self.moderation_days.data,
            "answer_days": self.answer_days.data,
            "appeal_days": self.appeal_days.data,
        }
