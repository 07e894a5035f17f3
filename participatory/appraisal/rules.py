"""What the Region's services may find on an admitted proposal. Amounts in cents.

Sources: the project's model rulebook, article 2 (a project's ceiling) and article 8 (an
appraisal is reasoned and revises the cost). Pure: no clock, no database.
"""

from dataclasses import dataclass
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.core.money import Cents
from participatory.proposals.costing import share_ceiling
from participatory.proposals.rules import State
from participatory.rounds.rulebook import Rulebook

REASON_MIN = 20
REASON_MAX = 3000


class Shelf(StrEnum):
    """The three lists of the services' page."""

    WAITING = "waiting"
    BALLOT = "ballot"
    SET_ASIDE = "set_aside"


class Verdict(StrEnum):
    """The opinion of an establishment or of the Crous on a project."""

    FAVOURABLE = "favourable"
    RESERVES = "reserves"
    UNFAVOURABLE = "unfavourable"


register(
    {
        Verdict.FAVOURABLE: N_("Favorable"),
        Verdict.RESERVES: N_("Favorable avec réserves"),
        Verdict.UNFAVOURABLE: N_("Défavorable"),
    }
)

register(
    {
        Shelf.WAITING: N_("À instruire"),
        Shelf.BALLOT: N_("Liste du bulletin"),
        Shelf.SET_ASIDE: N_("Non réalisables"),
    }
)

SHELVED: dict[Shelf, State] = {
    Shelf.WAITING: State.ADMITTED,
    Shelf.BALLOT: State.FEASIBLE,
    Shelf.SET_ASIDE: State.UNFEASIBLE,
}

# What the services may say something about: admitted, or already appraised and open to revision.
APPRAISED = frozenset({State.FEASIBLE, State.UNFEASIBLE})
APPRAISABLE = frozenset({State.ADMITTED}) | APPRAISED


@dataclass(frozen=True)
class Finding:
    """What an appraiser finds; `seen` is how many findings were shown, so that nobody covers one unread."""

    feasible: bool
    final_cents: int | None
    reason: str
    seen: int

    @property
    def target(self) -> State:
        """The state to which the finding leads the proposal."""
        return State.FEASIBLE if self.feasible else State.UNFEASIBLE


def finding_faults(finding: Finding, book: Rulebook, others_cents: int = 0) -> list[Refusal]:
    """Each thing to correct before the finding can be published, all at once; `others_cents` is what others pay."""
    cost = _cost_fault(finding, book) or _share_fault(finding, book, others_cents)
    return [fault for fault in (cost, _reason_fault(finding.reason)) if fault is not None]


def _share_fault(finding: Finding, book: Rulebook, others: int) -> Refusal | None:
    """The part that others must pay binds the services too (article 2)."""
    most = share_ceiling(others, book)
    if not finding.feasible or finding.final_cents is None or most is None or finding.final_cents <= most:
        return None
    message = N_(
        "Ce budget paie au plus %(share)s %% de ce que coûte un projet. Les autres financements déclarés font "
        "%(others)s : le coût final est donc de %(most)s au plus."
    )
    return Refusal(message, Kind.INVALID, "final_cost", share=book.most_share, others=Cents(others), most=Cents(most))


def _cost_fault(finding: Finding, book: Rulebook) -> Refusal | None:
    if not finding.feasible:
        return None
    if finding.final_cents is None:
        return Refusal(N_("Indiquez le coût final : c’est lui qui sera au bulletin."), Kind.INVALID, "final_cost")
    if finding.final_cents < 1:
        return Refusal(N_("Le coût final est plus grand que zéro."), Kind.INVALID, "final_cost")
    if finding.final_cents > book.project_max_cents:
        # The ceiling binds the services as it binds authors: the count relies on it.
        return Refusal(
            N_(
                "Le règlement plafonne un projet à %(ceiling)s : ramenez le coût sous ce plafond, "
                "ou déclarez le projet non réalisable en expliquant pourquoi."
            ),
            Kind.INVALID,
            "final_cost",
            ceiling=Cents(book.project_max_cents),
        )
    return None


def _reason_fault(reason: str) -> Refusal | None:
    if len(" ".join(reason.split())) < REASON_MIN:
        return Refusal(
            N_("Expliquez votre avis en une phrase au moins (%(least)s signes) : il est publié avec le projet."),
            Kind.INVALID,
            "reason",
            least=REASON_MIN,
        )
    if len(reason) > REASON_MAX:
        return Refusal(
            N_("Votre explication dépasse %(limit)s signes : gardez l’essentiel."),
            Kind.INVALID,
            "reason",
            limit=REASON_MAX,
        )
    return None


def seen_fault(seen: int, present: int) -> Refusal | None:
    """Why a finding cannot be added: a colleague has published one since the page was opened."""
    if seen == present:
        return None
    return Refusal(
        N_(
            "Un autre avis vient d’être rendu sur ce projet. Lisez-le dans l’historique, "
            "puis enregistrez le vôtre si vous le maintenez : ce que vous aviez écrit est gardé."
        )
    )


@dataclass(frozen=True)
class BallotSummary:
    """The list that people will vote on, against the envelope; amounts in cents."""

    projects: int
    total_cents: int
    in_balance_towns: int
    budget_cents: int
