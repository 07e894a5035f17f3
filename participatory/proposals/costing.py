"""What a project costs, who else pays, and what is asked of the budget. Amounts in cents.

Source: the model rulebook, article 2 (floor and ceiling of a project, other funding declared) and article 3 (parts
and caps). Pure: no clock, no database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from participatory.catalogue.rules import LineKind
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.core.money import Cents
from participatory.rounds.rulebook import CapScope, Rulebook, Theme

# Bounds of shape. One line times the most units stays far below what a 64-bit integer holds.
MAX_LINES = 30
MAX_FUNDERS = 10
MAX_QUANTITY = 100_000
MAX_UNIT_CENTS = 10_000_000_00
MAX_LABEL = 120
MAX_SOURCE = 200
MAX_NAME = 80


class Funder(StrEnum):
    """Who else pays for a project; article 2 asks that each be declared."""

    CVEC = "cvec"
    CROUS = "crous"
    FSDIE = "fsdie"
    TOWN = "town"
    ESTABLISHMENT = "establishment"
    OWN = "own"
    OTHER = "other"


class FundingState(StrEnum):
    """Whether other funding is there already."""

    ASKED = "asked"
    OBTAINED = "obtained"


register(
    {
        Funder.CVEC: N_("CVEC"),
        Funder.CROUS: N_("Crous"),
        Funder.FSDIE: N_("FSDIE"),
        Funder.TOWN: N_("Commune ou agglomération"),
        Funder.ESTABLISHMENT: N_("Établissement"),
        Funder.OWN: N_("Fonds propres, billetterie"),
        Funder.OTHER: N_("Autre"),
        FundingState.ASKED: N_("Demandé"),
        FundingState.OBTAINED: N_("Obtenu"),
    }
)


@dataclass(frozen=True)
class Line:
    """An expense as it was typed; a quantity or a cost left empty is 0, `row` numbers the fields in the form.

    `source` says where the price comes from, `unit_cost_id` is the row of the Region's catalogue that it was taken
    from, None for a price of the author's own.
    """

    label: str
    quantity: int
    unit_cents: int
    kind: LineKind
    row: int = field(default=0, compare=False)
    source: str = ""
    unit_cost_id: int | None = None

    @property
    def total_cents(self) -> int:
        """Quantity times unit cost."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True)
class CoFunding:
    """What somebody else pays: `name` says who precisely, `covers` which expense; an amount left empty is 0."""

    funder: Funder | None
    cents: int
    state: FundingState
    name: str = ""
    covers: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Plan:
    """The balance of a project: what its lines add up to, what others pay, what is asked."""

    lines: tuple[Line, ...]
    cofunding: tuple[CoFunding, ...]

    @property
    def total_cents(self) -> int:
        """What the lines add up to."""
        return sum(line.total_cents for line in self.lines)

    @property
    def cofunded_cents(self) -> int:
        """What others pay."""
        return sum(each.cents for each in self.cofunding)

    @property
    def asked_cents(self) -> int:
        """What is asked of this budget, never less than nothing."""
        return max(0, self.total_cents - self.cofunded_cents)


@dataclass(frozen=True)
class Envelope:
    """An envelope of its own that pays for the projects of a place (article 3)."""

    name: str
    cents: int


def plan_faults(plan: Plan, rulebook: Rulebook) -> list[Refusal]:
    """Each thing that keeps this plan from being submitted under the rulebook, with the field to correct."""
    return [*_line_faults(plan.lines), *_cofunding_faults(plan), *_amount_faults(plan, rulebook)]


def _invalid(message: str, field_name: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, field_name, **values)


def _line_faults(lines: tuple[Line, ...]) -> Iterator[Refusal]:
    for line in lines:
        if not line.label:
            yield _invalid(N_("Dites à quoi sert cette dépense."), f"lines-{line.row}-label")
        if line.quantity < 1:
            yield _invalid(N_("Indiquez une quantité d’au moins 1."), f"lines-{line.row}-quantity")
        if line.unit_cents < 1:
            yield _invalid(N_("Indiquez le prix d’une unité."), f"lines-{line.row}-unit")


def _cofunding_faults(plan: Plan) -> Iterator[Refusal]:
    for each in plan.cofunding:
        if each.funder is None:
            yield _invalid(N_("Dites qui paie cette part."), f"cofunding-{each.row}-funder")
        if each.funder in {Funder.OTHER, Funder.TOWN, Funder.ESTABLISHMENT} and not each.name:
            yield _invalid(N_("Dites de qui il s’agit."), f"cofunding-{each.row}-name")
        if each.cents < 1:
            yield _invalid(N_("Indiquez combien cette part représente."), f"cofunding-{each.row}-amount")


def _amount_faults(plan: Plan, rulebook: Rulebook) -> list[Refusal]:
    total, others = plan.total_cents, plan.cofunded_cents
    if not plan.lines:
        return [_invalid(N_("Détaillez ce que coûte votre projet : au moins une dépense."), "lines")]
    if others and others >= total:
        message = N_(
            "Le plan n’est pas équilibré : les autres financements (%(others)s) couvrent déjà tout le total "
            "(%(total)s), il ne reste rien à demander. Vérifiez les montants, ou ajoutez la dépense qui manque."
        )
        return [_invalid(message, "cofunding", others=Cents(others), total=Cents(total))]
    return [*_bound_faults(plan, rulebook), *_share_faults(plan, rulebook)]


def share_ceiling(others: int, rulebook: Rulebook) -> int | None:
    """The most that may be asked beside what others pay, in cents; None when the budget pays projects whole."""
    if rulebook.most_share == Rulebook.most_share:
        return None
    return others * rulebook.most_share // (Rulebook.most_share - rulebook.most_share)


def _share_faults(plan: Plan, rulebook: Rulebook) -> list[Refusal]:
    """The part that others must pay (article 2): how much is missing, for the expenses as they stand."""
    part = plan.total_cents * rulebook.most_share // 100
    missing = plan.asked_cents - part
    if missing <= 0:
        return []
    message = N_(
        "Ce budget paie au plus %(share)s %% de ce que coûte un projet, soit ici %(part)s sur %(total)s. "
        "Il manque %(missing)s d’autres financements : déclarez qui les paie."
    )
    sums = {"part": Cents(part), "total": Cents(plan.total_cents), "missing": Cents(missing)}
    return [_invalid(message, "cofunding", share=rulebook.most_share, **sums)]


def _bound_faults(plan: Plan, rulebook: Rulebook) -> list[Refusal]:
    others, asked = plan.cofunded_cents, plan.asked_cents
    least, most = rulebook.project_min_cents, rulebook.project_max_cents
    if asked > most:
        message = (
            N_("Le montant demandé dépasse de %(excess)s le plafond d’un projet, qui est de %(most)s.")
            if others
            else N_("Le total dépasse de %(excess)s le plafond d’un projet, qui est de %(most)s.")
        )
        return [_invalid(message, "lines", excess=Cents(asked - most), most=Cents(most))]
    if asked < least:
        message = (
            N_("Le montant demandé est de %(total)s : on demande au moins %(least)s dans ce budget.")
            if others
            else N_("Le total est de %(total)s : un projet coûte au moins %(least)s dans ce budget.")
        )
        return [_invalid(message, "lines", total=Cents(asked), least=Cents(least))]
    return []


def partial_faults(least: int | None, asked: int, rulebook: Rulebook) -> list[Refusal]:
    """What is wrong with the least amount accepted: none typed while the rulebook allowed it is a fault after."""
    if least is None or not rulebook.partial_funding:
        return []
    if least <= 0:
        message = N_(
            "Indiquez un montant plus grand que zéro, ou laissez vide pour être financé en entier ou pas du tout."
        )
        return [_invalid(message, "partial_min")]
    if asked and least >= asked:
        message = N_("Indiquez moins que le total, qui est de %(total)s, ou laissez vide.")
        return [_invalid(message, "partial_min", total=Cents(asked))]
    return []


_CAPPED = {
    CapScope.SITE: N_("Tous les projets d’un même site se partagent %(most)s au plus : demandez moins pour y entrer."),
    CapScope.DEPARTMENT: N_(
        "Tous les projets d’un même département se partagent %(most)s au plus : demandez moins pour y entrer."
    ),
    CapScope.THEME: N_(
        "Tous les projets d’un même thème se partagent %(most)s au plus : demandez moins pour y entrer."
    ),
    CapScope.CARRIER: N_(
        "Tous les projets d’un même porteur se partagent %(most)s au plus : demandez moins pour y entrer."
    ),
}


def ceilings(
    plan: Plan, rulebook: Rulebook, *, sited: bool, theme: Theme | None, envelope: Envelope | None = None
) -> Iterable[Refusal]:
    """What the rulebook says of the amount now asked, where it bites: in the words that stand beside the total.

    The floor and the ceiling of a project keep it from being submitted; a cap or an envelope lower than what is asked
    would keep it from ever being funded, which is better learnt while writing. `sited` says whether the project has a
    site, `envelope` is the one of the site's own contest.
    """
    asked = plan.asked_cents
    if not asked and not plan.cofunded_cents:
        return
    yield from _amount_faults(plan, rulebook)
    if asked > rulebook.project_max_cents:
        return
    bites = {CapScope.SITE: sited, CapScope.DEPARTMENT: sited, CapScope.THEME: theme is not None}
    for cap in rulebook.caps:
        if asked > cap.amount_cents and bites.get(cap.scope, True):
            yield _invalid(_CAPPED[cap.scope], "lines", most=Cents(cap.amount_cents))
    if envelope is not None and asked > envelope.cents:
        message = N_("Les projets de ce site sont payés par l’enveloppe « %(name)s », de %(most)s : demandez moins.")
        yield _invalid(message, "lines", name=envelope.name, most=Cents(envelope.cents))
