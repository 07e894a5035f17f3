"""The rulebook (règlement) as typed data: what the platform runs on, versioned and hashed.

Amounts are in cents. Sources: the model rulebook of the project (articles 2, 3, 4,
5, 6, 11 and 12), each named beside its parameter.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.territories.rules import SiteKind


class Theme(StrEnum):
    """The themes of Action 37, in the order of the strategy (article 6)."""

    WELCOME = "welcome"
    HOUSING = "housing"
    HEALTH = "health"
    FOOD = "food"
    SHARED_SERVICES = "shared_services"
    SPORT = "sport"
    CULTURE = "culture"
    TUTORING = "tutoring"
    INTERGENERATIONAL = "intergenerational"
    DISABILITY = "disability"
    ENTREPRENEURSHIP = "entrepreneurship"


class BallotKind(StrEnum):
    """How people choose: k projects at most, or as many as the budget holds; POINTS only in imported rounds."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"
    POINTS = "points"


class CountRule(StrEnum):
    """The rule of the count (article 12)."""

    GREEDY = "greedy"


class TieBreak(StrEnum):
    """How ties are broken, said before the vote (article 12)."""

    RULEBOOK = "rulebook"
    LEXICO = "lexico"


register(
    {
        Theme.WELCOME: N_("Accueil"),
        Theme.HOUSING: N_("Logement"),
        Theme.HEALTH: N_("Santé"),
        Theme.FOOD: N_("Alimentation"),
        Theme.SHARED_SERVICES: N_("Services mutualisés"),
        Theme.SPORT: N_("Sport"),
        Theme.CULTURE: N_("Culture"),
        Theme.TUTORING: N_("Tutorats"),
        Theme.INTERGENERATIONAL: N_("Intergénérationnel"),
        Theme.DISABILITY: N_("Handicap"),
        Theme.ENTREPRENEURSHIP: N_("Entrepreneuriat"),
        BallotKind.APPROVAL: N_("Vote par approbation"),
        BallotKind.KNAPSACK: N_("Composition d’un budget"),
        BallotKind.POINTS: N_("Répartition de points"),
        CountRule.GREEDY: N_("Les plus votés d’abord"),
        TieBreak.RULEBOOK: N_("Coût le plus bas, puis plus grand nombre de votes, puis tirage au sort publié"),
        TieBreak.LEXICO: N_("Ordre des identifiants"),
    }
)


@dataclass(frozen=True)
class Floor:
    """A part of the budget kept first for the projects of some kinds of sites (article 3)."""

    key: str
    name: str
    amount_cents: int
    site_kinds: tuple[SiteKind, ...]


# The part that the strategy asks to keep for the villes universitaires d'équilibre, and the only one that forms edit.
BALANCE_KEY = "vue"
BALANCE_NAME = N_("Villes universitaires d’équilibre")


def balance_floor(amount_cents: int) -> Floor:
    """The part kept for the projects of the villes universitaires d'équilibre (article 3)."""
    return Floor(BALANCE_KEY, BALANCE_NAME, amount_cents, (SiteKind.BALANCE,))


@dataclass(frozen=True)
class Rulebook:
    """Everything that the round runs on and that freezes when voting opens."""

    budget_cents: int
    floors: tuple[Floor, ...]
    project_min_cents: int
    project_max_cents: int
    themes: tuple[Theme, ...]
    ballot_kind: BallotKind
    ballot_min: int
    ballot_max: int
    count_rule: CountRule
    tie_break: TieBreak
    tie_seed: str
    min_votes: int
    proposers_on_roll: bool
    max_proposals_per_person: int

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, the same bytes for the same rules."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "Rulebook":
        """The rulebook that a canonical JSON holds; raises ValueError, KeyError or TypeError for another text."""
        data: dict[str, Any] = json.loads(text)
        floors = tuple(
            Floor(f["key"], f["name"], f["amount_cents"], tuple(SiteKind(kind) for kind in f["site_kinds"]))
            for f in data.pop("floors")
        )
        typed: dict[str, Any] = {
            "themes": tuple(Theme(theme) for theme in data.pop("themes")),
            "ballot_kind": BallotKind(data.pop("ballot_kind")),
            "count_rule": CountRule(data.pop("count_rule")),
            "tie_break": TieBreak(data.pop("tie_break")),
        }
        return cls(floors=floors, **typed, **data)

    @property
    def reserved_cents(self) -> int:
        """The sum of the reserved parts."""
        return sum(floor.amount_cents for floor in self.floors)

    @property
    def open_cents(self) -> int:
        """The part of the budget for which all projects compete from the start."""
        return self.budget_cents - self.reserved_cents

    @property
    def balance_cents(self) -> int:
        """What is kept for the villes universitaires d'équilibre, 0 when nothing is."""
        return sum(floor.amount_cents for floor in self.floors if floor.key == BALANCE_KEY)

    def with_balance(self, amount_cents: int) -> "Rulebook":
        """A copy that keeps this amount for the villes universitaires d'équilibre; 0 keeps none."""
        others = tuple(floor for floor in self.floors if floor.key != BALANCE_KEY)
        return replace(self, floors=(*others, balance_floor(amount_cents)) if amount_cents else others)

    def changed(self, **values: Any) -> "Rulebook":
        """A copy with some parameters replaced."""
        return replace(self, **values)


def rulebook_fault(book: Rulebook) -> Refusal | None:
    """Why these parameters cannot run a round, with the field to correct."""
    checks = (
        (book.budget_cents <= 0, "budget", N_("L’enveloppe doit être plus grande que zéro.")),
        (
            sum(floor.amount_cents for floor in book.floors) > book.budget_cents,
            "balance_floor",
            N_("Les parts réservées dépassent l’enveloppe."),
        ),
        (
            not 0 < book.project_min_cents <= book.project_max_cents,
            "project_max",
            N_("Le plafond d’un projet doit être au moins égal à son plancher."),
        ),
        (
            book.project_max_cents > book.budget_cents,
            "project_max",
            N_("Le plafond d’un projet ne peut pas dépasser l’enveloppe."),
        ),
        (not book.themes, "themes", N_("Gardez au moins un thème.")),
        (
            not 1 <= book.ballot_min <= book.ballot_max,
            "ballot_max",
            N_("Le nombre maximal de choix doit être au moins égal au nombre minimal, qui est au moins 1."),
        ),
        (book.min_votes < 0, "min_votes", N_("Le seuil de voix ne peut pas être négatif.")),
        (
            book.max_proposals_per_person < 1,
            "max_proposals_per_person",
            N_("Chaque personne doit pouvoir déposer au moins un projet."),
        ),
    )
    return next((Refusal(message, Kind.INVALID, field) for broken, field, message in checks if broken), None)
