"""What an association may decide on a proposal, for which reasons, and when.

The reasons come from the project's model rulebook: articles 2 (amounts), 5 (admissibility),
6 (themes), 8 (no doubles) and 17 (personal data). People are sent to the article of the
published rulebook that says so, by its title. Pure: the present instant is given by whoever asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.proposals.rules import State
from participatory.rounds.rulebook import Rulebook, Theme
from participatory.rounds.rules import Phase

# A refusal without a sentence says nothing: twenty signs is the shortest one that does.
TEXT_MIN = 20
TEXT_MAX = 3000
# After a week the author has waited longer than the delay that associations give themselves.
EXPECTED_DELAY = timedelta(days=7)

OPEN_PHASES = frozenset({Phase.SUBMISSION, Phase.REVIEW})


class Outcome(StrEnum):
    """What is decided on one version of a proposal."""

    ADMIT = "admit"
    ASK_CHANGES = "ask_changes"
    REFUSE = "refuse"


class Reason(StrEnum):
    """Why changes are asked or a proposal is refused, as the rulebook allows."""

    INCOMPLETE = "incomplete"
    OFF_TOPIC = "off_topic"
    OUTSIDE_REGION = "outside_region"
    NOT_GENERAL_INTEREST = "not_general_interest"
    OVER_CEILING = "over_ceiling"
    ALREADY_FUNDED = "already_funded"
    DISCRIMINATORY = "discriminatory"
    PERSONAL_DATA = "personal_data"
    DUPLICATE = "duplicate"


register(
    {
        Outcome.ADMIT: N_("Déclarer recevable"),
        Outcome.ASK_CHANGES: N_("Demander des compléments"),
        Outcome.REFUSE: N_("Refuser"),
        Reason.INCOMPLETE: N_("Dossier incomplet ou imprécis"),
        Reason.OFF_TOPIC: N_("Hors des thèmes du budget"),
        Reason.OUTSIDE_REGION: N_("Hors d’Occitanie ou des compétences de la Région"),
        Reason.NOT_GENERAL_INTEREST: N_("Sans intérêt général pour les étudiantes et étudiants"),
        Reason.OVER_CEILING: N_("Montant hors des limites"),
        Reason.ALREADY_FUNDED: N_("Déjà financé"),
        Reason.DISCRIMINATORY: N_("Discriminatoire ou prosélyte"),
        Reason.PERSONAL_DATA: N_("Données personnelles de tiers"),
        Reason.DUPLICATE: N_("Double d’un autre projet"),
    }
)


@dataclass(frozen=True)
class Article:
    """An article of the published rulebook: its anchor on the page, its title as a catalogue key."""

    anchor: str
    title: str


_AMOUNTS = Article("enveloppe", N_("Enveloppe"))
_THEMES = Article("themes", N_("Thèmes"))
_REVIEW = Article("examen", N_("Examen des projets"))

ARTICLES: dict[Reason, Article] = {
    Reason.INCOMPLETE: _REVIEW,
    Reason.OFF_TOPIC: _THEMES,
    Reason.OUTSIDE_REGION: _REVIEW,
    Reason.NOT_GENERAL_INTEREST: _REVIEW,
    Reason.OVER_CEILING: _AMOUNTS,
    Reason.ALREADY_FUNDED: _REVIEW,
    Reason.DISCRIMINATORY: _REVIEW,
    Reason.PERSONAL_DATA: _REVIEW,
    Reason.DUPLICATE: _REVIEW,
}

TARGETS: dict[Outcome, State] = {
    Outcome.ADMIT: State.ADMITTED,
    Outcome.ASK_CHANGES: State.CHANGES_REQUESTED,
    Outcome.REFUSE: State.REFUSED,
}


@dataclass(frozen=True)
class Judgement:
    """What a moderator wants to decide, on the version that was read."""

    outcome: Outcome
    reason: Reason | None
    text: str
    version: int


def judgement_fault(judgement: Judgement) -> Refusal | None:
    """Why a judgement cannot be given as it stands: a reason or a sentence is missing."""
    if len(judgement.text) > TEXT_MAX:
        return Refusal(
            N_("Votre explication dépasse %(limit)s signes : gardez l’essentiel."), Kind.INVALID, "text", limit=TEXT_MAX
        )
    if judgement.outcome is Outcome.ADMIT:
        return None
    if judgement.reason is None:
        return Refusal(N_("Choisissez le motif du règlement sur lequel vous vous appuyez."), Kind.INVALID, "reason")
    if len(" ".join(judgement.text.split())) < TEXT_MIN:
        return Refusal(
            N_("Expliquez votre décision en une phrase au moins (%(least)s signes) : le porteur du projet la lira."),
            Kind.INVALID,
            "text",
            least=TEXT_MIN,
        )
    return None


def version_fault(read: int, current: int) -> Refusal | None:
    """Why a decision on the version that was read cannot stand: the author has sent another since."""
    if read == current:
        return None
    return Refusal(
        N_(
            "Le porteur a envoyé une nouvelle version (n° %(current)s) depuis que vous avez ouvert ce projet. "
            "Relisez-la, puis décidez : ce que vous aviez écrit est gardé."
        ),
        current=current,
    )


@dataclass(frozen=True)
class Check:
    """One limit of the rulebook beside what the proposal says; `fault` is a catalogue key, empty when it holds."""

    name: str
    limit_cents: int
    fault: str = ""


def amount_checks(asked_cents: int, book: Rulebook) -> list[Check]:
    """A project's floor and ceiling (model rulebook, article 2), with the fault of an amount in cents, if any."""
    low = N_("Le montant demandé est inférieur au plancher.") if asked_cents < book.project_min_cents else ""
    high = N_("Le montant demandé dépasse le plafond.") if asked_cents > book.project_max_cents else ""
    return [
        Check(N_("Plancher d’un projet"), book.project_min_cents, low),
        Check(N_("Plafond d’un projet"), book.project_max_cents, high),
    ]


def theme_holds(theme: Theme | None, book: Rulebook) -> bool:
    """Whether the theme is one of the round's (model rulebook, article 6)."""
    return theme in book.themes


def is_late(waiting_since: datetime, now: datetime) -> bool:
    """Whether an author has waited longer than the expected delay."""
    return now - waiting_since > EXPECTED_DELAY
