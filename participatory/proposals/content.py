"""What an author writes, and what is still missing before it can be submitted. Amounts in cents."""

from dataclasses import dataclass

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.proposals.carriers import number_fault
from participatory.proposals.costing import CoFunding, Line, Plan, partial_faults, plan_faults
from participatory.proposals.rules import Marker
from participatory.proposals.together import Carrier
from participatory.rounds.rulebook import Rulebook, Theme

MAX_TITLE = 120
MAX_SUMMARY = 200
MAX_TEXT = 5_000
MAX_ALT = 200
MAX_SHORT = 1_000
MAX_CARRIER = 160


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
    cofunding: tuple[CoFunding, ...] = ()
    image_key: str | None = None
    image_alt: str = ""
    partial_min_cents: int | None = None
    beneficiaries: str = ""
    team: str = ""
    starts_in: str = ""
    ends_in: str = ""
    carrier_code: str = ""
    carrier_name: str = ""
    carrier_number: str = ""

    @property
    def plan(self) -> Plan:
        """What it costs, and who else pays."""
        return Plan(self.lines, self.cofunding)

    @property
    def total_cents(self) -> int:
        """What the lines add up to."""
        return self.plan.total_cents

    @property
    def asked_cents(self) -> int:
        """What is asked of this budget: the total without what others pay."""
        return self.plan.asked_cents


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
        *_month_faults(content),
        *_carrier_faults(content),
        *plan_faults(content.plan, rulebook),
        *partial_faults(content.partial_min_cents, content.asked_cents, rulebook),
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


def _month_faults(content: Content) -> list[Refusal]:
    if content.starts_in and content.ends_in and content.ends_in < content.starts_in:
        return [_invalid(N_("Le projet finit avant de commencer : vérifiez les deux mois."), "ends_in")]
    return []


def _carrier_faults(content: Content) -> list[Refusal]:
    """An association without a page here says its name and, once declared, a number whose key holds."""
    if not content.carrier_code:
        return []
    named = [] if content.carrier_name else [_invalid(N_("Donnez le nom de l’association."), "carrier_name")]
    if content.carrier_code != Carrier.DECLARED.value:
        return named
    fault = number_fault(content.carrier_number)
    return [*named, *([fault] if fault else [])]


def _theme_faults(content: Content, rulebook: Rulebook) -> list[Refusal]:
    if content.theme is None:
        return [_invalid(N_("Choisissez un thème."), "theme")]
    if content.theme not in rulebook.themes:
        return [_invalid(N_("Ce thème ne fait pas partie de ce budget : choisissez-en un autre."), "theme")]
    return []
