"""Why a text may be reported, what may be decided, and within which delays. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.labels import N_, register
from participatory.core.veils import Veil


class Ground(StrEnum):
    """Why a text is reported, or why a decision was taken."""

    HARASSMENT = "harassment"
    PERSONAL_DATA = "personal_data"
    HATE = "hate"
    INSULT = "insult"
    DECEIT = "deceit"
    ILLEGAL = "illegal"
    ADVERTISING = "advertising"
    OTHER = "other"


class Outcome(StrEnum):
    """What a person decides of a text."""

    KEPT = "kept"
    HIDDEN = "hidden"
    RESTRICTED = "restricted"


class Side(StrEnum):
    """Who contests a decision."""

    AUTHOR = "author"
    NOTIFIER = "notifier"


register(
    {
        Ground.HARASSMENT: N_("Harcèlement ou menaces"),
        Ground.PERSONAL_DATA: N_("Données personnelles : nom, téléphone, adresse, photo"),
        Ground.HATE: N_("Haine ou discrimination"),
        Ground.INSULT: N_("Injure ou attaque contre une personne"),
        Ground.DECEIT: N_("Tromperie ou usurpation"),
        Ground.ILLEGAL: N_("Autre contenu contraire à la loi"),
        Ground.ADVERTISING: N_("Publicité ou message répété"),
        Ground.OTHER: N_("Autre chose, ou hors sujet"),
    }
)
register(
    {
        Outcome.KEPT: N_("Gardé tel quel"),
        Outcome.HIDDEN: N_("Masqué"),
        Outcome.RESTRICTED: N_("Replié : se lit sur demande"),
    }
)
register({Side.AUTHOR: N_("la personne qui a écrit le texte"), Side.NOTIFIER: N_("la personne qui l’a signalé")})

# What each ground rests on, as a statement of reasons must say (article 17, 3, d and e).
BASES = {
    Ground.HARASSMENT: N_("Code pénal, articles 222-33-2-2 (harcèlement) et 222-17 (menaces)."),
    Ground.PERSONAL_DATA: N_("Règlement (UE) 2016/679 (RGPD), article 6, et code civil, article 9 (vie privée)."),
    Ground.HATE: N_("Loi du 29 juillet 1881 sur la liberté de la presse, articles 24, 32 et 33."),
    Ground.INSULT: N_("Loi du 29 juillet 1881 sur la liberté de la presse, articles 29, 32 et 33."),
    Ground.DECEIT: N_("Code pénal, article 226-4-1 (usurpation d’identité), ou règles de discussion de la plateforme."),
    Ground.ILLEGAL: N_("La loi que cite l’explication ci-dessus."),
    Ground.ADVERTISING: N_("Règles de discussion de la plateforme : on y parle des projets."),
    Ground.OTHER: N_("Règles de discussion de la plateforme : on y parle des projets."),
}
# What may hurt somebody as long as it is read: hidden at once, until a person decides.
URGENT = frozenset({Ground.HARASSMENT, Ground.PERSONAL_DATA, Ground.HATE})
VEILS = {Outcome.KEPT: Veil.NONE, Outcome.HIDDEN: Veil.HIDDEN, Outcome.RESTRICTED: Veil.RESTRICTED}

URGENT_WITHIN = timedelta(hours=24)
PROMISED_WITHIN = timedelta(days=7)
# Article 20 asks for six months at least.
CONTEST_WITHIN = timedelta(days=183)
APPEAL_WITHIN = timedelta(days=15)
# So many urgent notices of one network hide texts within a day; beyond, they go to a person first, like all others.
HIDES_PER_NETWORK, HIDES_WITHIN = 3, timedelta(hours=24)
NETWORK_KEPT = timedelta(days=2)
# From the decision on, or from the last word on it.
KEPT = timedelta(days=365)
NUMBER_LENGTH = 10
SHORTEST, LONGEST, LONGEST_FACTS = 10, 3000, 2000
MOST_LETTERS, LETTERS_WITHIN = 3, timedelta(days=1)
BLOCK_DAYS = (7, 30, 90, 365)


def due_at(ground: Ground, received_at: datetime) -> datetime:
    """By when a person must have decided (UTC)."""
    return received_at + (URGENT_WITHIN if ground in URGENT else PROMISED_WITHIN)


def hides_at_once(ground: Ground, from_network: int, kept_before: bool) -> bool:
    """Whether a notice hides a text until a person decides.

    `from_network`: how many texts notices of the same network have hidden so lately; `kept_before`: whether a person
    has already read this text and kept it. The number of notices about a text is never asked.
    """
    return ground in URGENT and from_network < HIDES_PER_NETWORK and not kept_before


@dataclass(frozen=True)
class Figures:
    """What a round's transparency report says of notices; delays in minutes, None where there is nothing to measure."""

    received: int = 0
    urgent: int = 0
    by_ground: tuple[tuple[Ground, int], ...] = ()
    hidden_at_once: int = 0
    decided: int = 0
    by_outcome: tuple[tuple[Outcome, int], ...] = ()
    in_time: int = 0
    median_minutes: int | None = None
    contested: int = 0
    overturned: int = 0
    waiting: int = 0
    overdue: int = 0
    blocked: int = 0
