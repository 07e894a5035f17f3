"""What a unit cost is, and what is wrong with one that somebody types or sends in a file. Amounts in cents.

Source of the two natures: the model rulebook, article 2 (investissement, fonctionnement). Pure: no clock, no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.rounds.rulebook import Theme

MAX_LABEL = 120
MAX_UNIT = 40
MAX_SOURCE = 200
MAX_CENTS = 1_000_000_00
OLDEST = date(2015, 1, 1)


class LineKind(StrEnum):
    """The nature of an expense."""

    INVESTMENT = "investment"
    OPERATING = "operating"


register(
    {
        LineKind.INVESTMENT: N_("Investissement"),
        LineKind.OPERATING: N_("Fonctionnement"),
    }
)


@dataclass(frozen=True)
class Cost:
    """One unit cost as it is decided: what, per which unit, how much, from where, for which themes (none: all)."""

    label: str
    unit: str
    cents: int
    kind: LineKind
    source: str
    priced_on: date
    themes: tuple[Theme, ...] = ()


def cost_faults(cost: Cost, today: date) -> Iterator[Refusal]:
    """Each thing that keeps a cost out of the catalogue, with its field."""
    checks = (
        (cost.label, "label", N_("Dites ce que cela coûte, par exemple « Location d’une salle »."), MAX_LABEL),
        (cost.unit, "unit", N_("Dites pour quelle unité : heure, jour, pièce, personne."), MAX_UNIT),
        (cost.source, "source", N_("Dites d’où vient ce prix : un marché, un devis, une facture."), MAX_SOURCE),
    )
    for text, name, message, most in checks:
        if not any(sign.isalnum() for sign in text):
            yield _invalid(message, name)
        elif len(text) > most:
            yield _invalid(N_("Ce texte est trop long : %(most)s signes au plus."), name, most=most)
    if not 0 < cost.cents <= MAX_CENTS:
        yield _invalid(N_("Le prix d’une unité est plus grand que zéro, et d’un million d’euros au plus."), "cost")
    if not OLDEST <= cost.priced_on <= today:
        yield _invalid(N_("La date d’un prix n’est ni à venir, ni avant 2015."), "priced_on")


def _invalid(message: str, name: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, name, **values)
