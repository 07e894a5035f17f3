"""The dialogue about costs: who speaks when, what is agreed, and by when an answer is hoped for. Amounts in cents.

Source: the model rulebook, article 8 (revised cost, ten working days to answer). Pure: no clock, no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.clock import paris
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.proposals.costing import MAX_QUANTITY, MAX_UNIT_CENTS

REASON_MIN, REASON_MAX = 10, 1000
ANSWER_DAYS = 10


class Act(StrEnum):
    """What is said of a line: the services propose or take back, an author accepts or argues."""

    PROPOSED = "proposed"
    TAKEN_BACK = "taken_back"
    ACCEPTED = "accepted"
    ARGUED = "argued"


register(
    {
        Act.PROPOSED: N_("La Région propose"),
        Act.TAKEN_BACK: N_("La Région y renonce"),
        Act.ACCEPTED: N_("L’auteur accepte"),
        Act.ARGUED: N_("L’auteur répond"),
    }
)

OF_THE_SERVICES = frozenset({Act.PROPOSED, Act.TAKEN_BACK})


@dataclass(frozen=True)
class Said:
    """One step about a line: the act, and the quantity and unit cost that it bears on."""

    act: Act
    quantity: int
    unit_cents: int


@dataclass(frozen=True)
class LineTalk:
    """A line of the plan and all that was said of it, in order."""

    position: int
    quantity: int
    unit_cents: int
    said: tuple[Said, ...] = ()

    @property
    def last(self) -> Said | None:
        """What was said last."""
        return self.said[-1] if self.said else None

    @property
    def waits_for_author(self) -> bool:
        """Whether a proposal of the services has no answer yet."""
        return self.last is not None and self.last.act is Act.PROPOSED

    @property
    def waits_for_services(self) -> bool:
        """Whether an author has argued and the services have not answered."""
        return self.last is not None and self.last.act is Act.ARGUED

    @property
    def agreed_cents(self) -> int:
        """What both agree on: the accepted revision, else the line as its author wrote it."""
        if self.last is not None and self.last.act is Act.ACCEPTED:
            return self.last.quantity * self.last.unit_cents
        return self.quantity * self.unit_cents

    @property
    def proposed_cents(self) -> int:
        """What the services hold to: their proposal unless they took it back, else the line."""
        if self.last is not None and self.last.act is not Act.TAKEN_BACK:
            return self.last.quantity * self.last.unit_cents
        return self.quantity * self.unit_cents


@dataclass(frozen=True)
class Balance:
    """The plan after the dialogue: as asked, as agreed, as the services propose; co-funding is taken off each."""

    asked_cents: int
    agreed_cents: int
    proposed_cents: int
    waiting_for_author: int
    waiting_for_services: int


def balance(talks: Iterable[LineTalk], cofunded_cents: int) -> Balance:
    """The sums of a dialogue."""
    lines = list(talks)
    return Balance(
        max(0, sum(each.quantity * each.unit_cents for each in lines) - cofunded_cents),
        max(0, sum(each.agreed_cents for each in lines) - cofunded_cents),
        max(0, sum(each.proposed_cents for each in lines) - cofunded_cents),
        sum(each.waits_for_author for each in lines),
        sum(each.waits_for_services for each in lines),
    )


@dataclass(frozen=True)
class Revision:
    """A line as the services would have it; None for what was left empty. `seen` is how many steps were shown."""

    position: int
    quantity: int | None
    unit_cents: int | None
    reason: str
    seen: int
    take_back: bool = False


@dataclass(frozen=True)
class Answer:
    """What an author says of a line; `seen` is how many steps were shown."""

    position: int
    accepts: bool
    reason: str
    seen: int


@dataclass(frozen=True)
class Fault:
    """What keeps one line from being sent."""

    position: int
    refusal: Refusal = field(compare=False)


def revision_fault(revision: Revision, talk: LineTalk) -> Refusal | None:
    """Why the services cannot say this of a line."""
    found = _moved(revision.seen, talk)
    if found is None and revision.take_back and (talk.last is None or talk.last.act is Act.TAKEN_BACK):
        found = _invalid(N_("Il n’y a pas de proposition à retirer sur cette ligne."), "reason")
    if found is None and not revision.take_back:
        found = _offer_fault(revision, talk)
    return found or _reason_fault(revision.reason)


def _offer_fault(revision: Revision, talk: LineTalk) -> Refusal | None:
    if revision.quantity is None or not 0 <= revision.quantity <= MAX_QUANTITY:
        return _invalid(N_("Indiquez une quantité, zéro pour retirer la dépense."), "quantity")
    if revision.unit_cents is None or not 0 <= revision.unit_cents <= MAX_UNIT_CENTS:
        return _invalid(N_("Indiquez le prix d’une unité."), "unit")
    offer = (revision.quantity, revision.unit_cents)
    if offer == (talk.quantity, talk.unit_cents) and talk.last is None:
        return _invalid(N_("C’est déjà ce que demande l’auteur : changez la quantité ou le prix."), "unit")
    return None


def answer_fault(answer: Answer, talk: LineTalk) -> Refusal | None:
    """Why an author cannot say this of a line."""
    moved = _moved(answer.seen, talk)
    if moved is not None:
        return moved
    if not talk.waits_for_author:
        return _invalid(N_("Cette ligne n’attend pas de réponse de votre part."), "answer")
    return None if answer.accepts else _reason_fault(answer.reason)


def _moved(seen: int, talk: LineTalk) -> Refusal | None:
    if seen == len(talk.said):
        return None
    return Refusal(
        N_("Quelqu’un vient de parler de cette ligne : lisez ce qui est dit, puis envoyez à nouveau."),
        Kind.CONFLICT,
        "reason",
    )


def _reason_fault(reason: str) -> Refusal | None:
    if len(" ".join(reason.split())) < REASON_MIN:
        message = N_("Expliquez pourquoi en quelques mots : %(least)s signes au moins.")
        return _invalid(message, "reason", least=REASON_MIN)
    if len(reason) > REASON_MAX:
        return _invalid(N_("Gardez l’essentiel : %(most)s signes au plus."), "reason", most=REASON_MAX)
    return None


def _invalid(message: str, name: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, name, **values)


def answer_hoped_by(asked_at: datetime, closes_at: datetime) -> datetime:
    """When an answer is hoped for: ten working days later, as article 8 gives authors, the end of review at the latest.

    Public holidays are not known here: they make the delay shorter than it looks, never longer than what is said.
    """
    moment, left = asked_at, ANSWER_DAYS
    while left:
        moment += timedelta(days=1)
        left -= paris(moment).weekday() < 5
    return min(moment, closes_at)


def talks(lines: Sequence[tuple[int, int, int]], steps: Iterable[tuple[int, Said]]) -> list[LineTalk]:
    """Each line (position, quantity, unit cost in cents) with what was said of it, in the order of the plan."""
    by_line: dict[int, list[Said]] = {}
    for position, said in steps:
        by_line.setdefault(position, []).append(said)
    return [LineTalk(*line, tuple(by_line.get(line[0], ()))) for line in lines]
