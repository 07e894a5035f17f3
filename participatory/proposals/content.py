"""What an author writes, and what is still missing before it can be submitted. Amounts in cents."""

from dataclasses import dataclass, field

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.money import Cents
from participatory.proposals.rules import LineKind, Marker
from participatory.rounds.rulebook import Rulebook, Theme

# Bounds of shape. One line times the most units stays far below what a 64-bit integer holds.
MAX_LINES = 30
MAX_QUANTITY = 100_000
MAX_UNIT_CENTS = 10_000_000_00
MAX_TITLE = 120
MAX_SUMMARY = 200
MAX_TEXT = 5_000
MAX_LABEL = 120
MAX_ALT = 200


@dataclass(frozen=True)
class Line:
    """An expense as it was typed; a quantity or a cost left empty is 0, `row` numbers the fields in the form."""

    label: str
    quantity: int
    unit_cents: int
    kind: LineKind
    row: int = field(default=0, compare=False)

    @property
    def total_cents(self) -> int:
        """Quantity times unit cost."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True)
class Content:
    """Everything that the author of a proposal decides.

    `site_id` empty means the whole region; `partial_min_cents` is the least amount with
    which the author agrees to be funded in part, None to be funded in whole or not at all.
    """

    title: str = ""
    summary: str = ""
    need: str = ""
    solution: str = ""
    site_id: int | None = None
    theme: Theme | None = None
    markers: tuple[Marker, ...] = ()
    association_id: int | None = None
    lines: tuple[Line, ...] = ()
    image_key: str | None = None
    image_alt: str = ""
    partial_min_cents: int | None = None

    @property
    def total_cents(self) -> int:
        """What the lines add up to."""
        return sum(line.total_cents for line in self.lines)


class Incomplete(Refusal):
    """A proposal that cannot be submitted yet, with each thing to correct, all at once."""

    def __init__(self, faults: list[Refusal]):
        super().__init__(N_("Ce projet n’est pas encore complet."), Kind.INVALID)
        self.faults = faults


def faults(content: Content, rulebook: Rulebook) -> list[Refusal]:
    """Each thing that keeps this text from being submitted under the rulebook, with the field to correct."""
    return [
        *_missing_texts(content),
        *_theme_faults(content, rulebook),
        *_line_faults(content.lines),
        *_amount_faults(content, rulebook),
        *_partial_faults(content, rulebook),
    ]


def _invalid(message: str, field_name: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, field_name, **values)


def _missing_texts(content: Content) -> list[Refusal]:
    checks = (
        (content.title, "title", N_("Donnez un titre à votre projet.")),
        (content.summary, "summary", N_("Résumez votre projet en une ou deux phrases.")),
        (content.need, "need", N_("Dites à quel besoin votre projet répond.")),
        (content.solution, "solution", N_("Décrivez ce que vous proposez de faire.")),
        (content.image_alt or not content.image_key, "image_alt", N_("Décrivez l’image pour qui ne la voit pas.")),
    )
    return [_invalid(message, name) for given, name, message in checks if not given]


def _theme_faults(content: Content, rulebook: Rulebook) -> list[Refusal]:
    if content.theme is None:
        return [_invalid(N_("Choisissez un thème."), "theme")]
    if content.theme not in rulebook.themes:
        return [_invalid(N_("Ce thème ne fait pas partie de ce budget : choisissez-en un autre."), "theme")]
    return []


def _line_faults(lines: tuple[Line, ...]) -> list[Refusal]:
    found = []
    for line in lines:
        if not line.label:
            found.append(_invalid(N_("Dites à quoi sert cette dépense."), f"lines-{line.row}-label"))
        if line.quantity < 1:
            found.append(_invalid(N_("Indiquez une quantité d’au moins 1."), f"lines-{line.row}-quantity"))
        if line.unit_cents < 1:
            found.append(_invalid(N_("Indiquez le prix d’une unité."), f"lines-{line.row}-unit"))
    return found


def _amount_faults(content: Content, rulebook: Rulebook) -> list[Refusal]:
    total, least, most = content.total_cents, rulebook.project_min_cents, rulebook.project_max_cents
    if not content.lines:
        return [_invalid(N_("Détaillez ce que coûte votre projet : au moins une dépense."), "lines")]
    if total > most:
        message = N_("Le total dépasse de %(excess)s le plafond d’un projet, qui est de %(most)s.")
        return [_invalid(message, "lines", excess=Cents(total - most), most=Cents(most))]
    if total < least:
        message = N_("Le total est de %(total)s : un projet coûte au moins %(least)s dans ce budget.")
        return [_invalid(message, "lines", total=Cents(total), least=Cents(least))]
    return []


def _partial_faults(content: Content, rulebook: Rulebook) -> list[Refusal]:
    """An amount typed while the rulebook allowed partial funding is no fault once it does not."""
    least = content.partial_min_cents
    if least is None or not rulebook.partial_funding:
        return []
    if least <= 0:
        message = N_(
            "Indiquez un montant plus grand que zéro, ou laissez vide pour être financé en entier ou pas du tout."
        )
        return [_invalid(message, "partial_min")]
    if content.lines and least >= content.total_cents:
        message = N_("Indiquez moins que le total, qui est de %(total)s, ou laissez vide.")
        return [_invalid(message, "partial_min", total=Cents(content.total_cents))]
    return []
