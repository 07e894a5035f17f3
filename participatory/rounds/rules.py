"""The calendar of a round and what each of its phases allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register


class Phase(StrEnum):
    """The phases of a round, in order; DRAFT is before the first date."""

    DRAFT = "draft"
    ANNOUNCEMENT = "announcement"
    SUBMISSION = "submission"
    REVIEW = "review"
    VOTING = "voting"
    CONTROL = "control"
    RESULTS = "results"
    DELIVERY = "delivery"


register(
    {
        Phase.DRAFT: N_("En préparation"),
        Phase.ANNOUNCEMENT: N_("Annonce"),
        Phase.SUBMISSION: N_("Dépôt des projets"),
        Phase.REVIEW: N_("Instruction"),
        Phase.VOTING: N_("Vote"),
        Phase.CONTROL: N_("Contrôle et dépouillement"),
        Phase.RESULTS: N_("Résultats"),
        Phase.DELIVERY: N_("Réalisation"),
    }
)

DATED = tuple(phase for phase in Phase if phase is not Phase.DRAFT)


@dataclass(frozen=True)
class Calendar:
    """The instant (UTC) at which each phase begins; it ends when the next one begins."""

    announcement: datetime
    submission: datetime
    review: datetime
    voting: datetime
    control: datetime
    results: datetime
    delivery: datetime

    def starts(self, phase: Phase) -> datetime:
        """When a dated phase begins; raises AttributeError for DRAFT, which has no date."""
        moment: datetime = getattr(self, phase.value)
        return moment

    def ends(self, phase: Phase) -> datetime | None:
        """When a phase ends; None for the last."""
        following = list(Phase)[list(Phase).index(phase) + 1 :]
        return self.starts(following[0]) if following else None

    def phase_at(self, now: datetime) -> Phase:
        """The phase in force at an instant."""
        begun = [phase for phase in DATED if self.starts(phase) <= now]
        return begun[-1] if begun else Phase.DRAFT


@dataclass(frozen=True)
class Texts:
    """What a round says of itself; `description` is Markdown."""

    title: str
    summary: str
    description: str


def calendar_fault(dates: Mapping[Phase, datetime]) -> Refusal | None:
    """Why these dates do not make a calendar: two phases out of order or at the same instant."""
    for earlier, later in pairwise(DATED):
        if dates[later] <= dates[earlier]:
            return Refusal(
                N_("Chaque phase commence après la précédente : vérifiez cette date."), Kind.INVALID, later.value
            )
    return None
