"""What an association may decide on a proposal, for which reasons, and when.

The reasons come from the project's model rulebook: articles 2 (amounts), 5 (admissibility),
6 (themes), 8 (no doubles) and 17 (personal data). People are sent to the article of the
published rulebook that says so, by its title. Pure: the present instant is given by whoever asks.
"""

from collections.abc import Sequence
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
# After a week the author has waited longer than the delay that associations give themselves, unless the rulebook says
# another one.
EXPECTED_DELAY = timedelta(days=7)
# Long enough to read a project and answer; whoever goes away does not keep a case for the day.
CLAIM_LASTS = timedelta(minutes=45)
NOTE_MAX = 2000
WORDS_MAX = 500

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


class Manner(StrEnum):
    """How a decision was reached: a person alone, or a person helped by a program (DSA, article 17)."""

    HUMAN = "human"
    ASSISTED = "assisted"


class Question(StrEnum):
    """The questions of the charter, in the order in which a project is read."""

    CLEAR = "clear"
    PRIVATE = "private"
    GENERAL = "general"
    THEME = "theme"
    PLACE = "place"
    COSTS = "costs"
    NEW = "new"
    OPEN = "open"


class LinkKind(StrEnum):
    """What ties somebody who moderates to another association."""

    MEMBERSHIP = "membership"
    MANDATE = "mandate"
    FUNDING = "funding"


class Step(StrEnum):
    """What an outcome does, given the opinions on the same version."""

    DECIDE = "decide"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    SETTLE = "settle"


register(
    {
        Manner.HUMAN: N_("par une personne, sans aide d’un programme"),
        Manner.ASSISTED: N_("par une personne, aidée par un programme"),
        Question.CLEAR: N_("On comprend ce qui sera fait, où et pour qui."),
        Question.PRIVATE: N_("Le texte ne dévoile pas de données personnelles."),
        Question.GENERAL: N_("Le projet sert l’intérêt général, au-delà d’un groupe fermé."),
        Question.THEME: N_("Il relève d’un thème du budget."),
        Question.PLACE: N_("Il se déroule en Occitanie."),
        Question.COSTS: N_("Les lignes de coût disent à quoi sert chaque dépense."),
        Question.NEW: N_("La dépense est nouvelle, et pas déjà financée."),
        Question.OPEN: N_("Il est ouvert à toutes et à tous."),
        LinkKind.MEMBERSHIP: N_("J’en suis membre"),
        LinkKind.MANDATE: N_("J’y exerce un mandat"),
        LinkKind.FUNDING: N_("Mon association l’a financée, ou a été financée par elle"),
    }
)
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
    facts: str = ""
    manner: Manner = Manner.HUMAN
    questions: tuple[Question, ...] = ()


def step_of(outcome: Outcome, earlier: Sequence[Outcome]) -> Step:
    """What an outcome does after the earlier opinions on the same version.

    A refusal takes two associations: one proposes it, another one confirms it or does not; when they disagree,
    a third one, or the Region's officer, decides whatever they find.
    """
    if len(earlier) > 1:
        return Step.SETTLE
    refused = outcome is Outcome.REFUSE
    if earlier:
        return Step.CONFIRM if refused else Step.DISPUTE
    return Step.PROPOSE if refused else Step.DECIDE


def judgement_fault(judgement: Judgement) -> Refusal | None:
    """Why a judgement cannot be given as it stands: a reason or a sentence is missing."""
    if len(judgement.text) > TEXT_MAX:
        return Refusal(
            N_("Votre explication dépasse %(limit)s signes : gardez l’essentiel."), Kind.INVALID, "text", limit=TEXT_MAX
        )
    if len(judgement.facts) > TEXT_MAX:
        return Refusal(
            N_("Les faits dépassent %(limit)s signes : gardez l’essentiel."), Kind.INVALID, "facts", limit=TEXT_MAX
        )
    if judgement.outcome is Outcome.ADMIT:
        return None
    if judgement.reason is None:
        return Refusal(N_("Choisissez le motif du règlement sur lequel vous vous appuyez."), Kind.INVALID, "reason")
    if not is_a_sentence(judgement.text):
        return Refusal(
            N_("Expliquez votre décision en une phrase au moins (%(least)s signes) : le porteur du projet la lira."),
            Kind.INVALID,
            "text",
            least=TEXT_MIN,
        )
    return None


def is_a_sentence(text: str) -> bool:
    """Whether a text is long enough to say something, spaces apart."""
    return len(" ".join(text.split())) >= TEXT_MIN


def words_fault(text: str, limit: int = TEXT_MAX, field: str = "words") -> Refusal | None:
    """Why a text that somebody else will read cannot be sent: it says nothing, or goes on too long."""
    if not is_a_sentence(text):
        message = N_("Écrivez une phrase au moins (%(least)s signes).")
        return Refusal(message, Kind.INVALID, field, least=TEXT_MIN)
    if len(text) > limit:
        message = N_("Gardez l’essentiel : %(limit)s signes au plus.")
        return Refusal(message, Kind.INVALID, field, limit=limit)
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


def is_late(waiting_since: datetime, now: datetime, expected: timedelta = EXPECTED_DELAY) -> bool:
    """Whether an author has waited longer than the expected delay."""
    return now - waiting_since > expected


def promised(waiting_since: datetime, book: Rulebook) -> datetime:
    """When an answer was promised to an author who has waited since an instant (UTC)."""
    return waiting_since + timedelta(days=book.moderation_days)


def answer_until(decided_at: datetime, voting_at: datetime, book: Rulebook) -> datetime:
    """Until when an author answers a request for changes or appeals a refusal: the vote waits for nobody."""
    return min(decided_at + timedelta(days=book.answer_days), voting_at)


def appeal_due(asked_at: datetime, voting_at: datetime, book: Rulebook) -> datetime:
    """By when the association that was drawn answers an appeal, before the vote opens."""
    return min(asked_at + timedelta(days=book.appeal_days), voting_at)
