"""What a ballot may hold in one contest, for each kind of ballot. Pure.

Source: model rulebook, article 11. A contest may be left blank; what is chosen in it obeys its terms whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.money import format_euros
from participatory.rounds.rulebook import BallotKind, Rulebook
from participatory.urn.document import Choice

# A basket of this many identifiers still fits the 4 KB that browsers allow a cookie.
BASKET_MAX = 120


class Fault(Enum):
    """What makes choices no ballot, whoever is told of it."""

    EMPTY = "empty"
    TWICE = "twice"
    UNKNOWN = "unknown"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    RANKS = "ranks"
    TOO_DEAR = "too_dear"
    NO_POINT = "no_point"
    TOO_HIGH = "too_high"
    TOO_MANY_POINTS = "too_many_points"


# A fault in the words of the person who chose; officers who enter a paper ballot have words of their own.
VOTER_WORDS: Mapping[Fault, str] = {
    Fault.EMPTY: N_("Votre panier est vide : choisissez au moins un projet avant de déposer votre bulletin."),
    Fault.TWICE: N_("Un projet ne peut être choisi qu’une fois."),
    Fault.UNKNOWN: N_("Un projet de ce bulletin n’est pas au vote. Revenez à la liste, puis vérifiez de nouveau."),
    Fault.TOO_FEW: N_("Ce vote demande au moins %(least)s projets et votre panier en compte %(count)s."),
    Fault.TOO_MANY: N_("Ce vote permet au plus %(most)s projets et votre panier en compte %(count)s."),
    Fault.RANKS: N_("Chaque rang sert une fois, du premier au dernier."),
    Fault.TOO_DEAR: N_("Le total de vos projets dépasse l’enveloppe : retirez-en un."),
    Fault.NO_POINT: N_("Chaque projet choisi reçoit au moins un point."),
    Fault.TOO_HIGH: N_("Un projet reçoit au plus %(most_points)s points."),
    Fault.TOO_MANY_POINTS: N_("Vous avez donné %(given)s points et vous en avez %(points)s : retirez-en."),
}


@dataclass(frozen=True)
class ContestTerms:
    """What the rulebook says of a ballot in one contest; amounts in cents, `points_cap` 0 for none of its own."""

    kind: BallotKind
    least: int
    most: int
    amount_cents: int
    points_budget: int
    points_cap: int

    @property
    def most_points(self) -> int:
        """The most that one project may receive."""
        return min(self.points_cap or self.points_budget, self.points_budget)

    @property
    def knapsack(self) -> bool:
        """Whether the choices must fit into the envelope."""
        return self.kind is BallotKind.KNAPSACK


def terms_of(book: Rulebook, contest: str) -> ContestTerms:
    """The terms of a contest; raises KeyError for one that the rulebook does not have."""
    most = min(book.ballot_max, BASKET_MAX)
    amount = book.amount_of(contest)
    return ContestTerms(book.ballot_kind, book.ballot_min, most, amount, book.points_budget, book.points_cap)


def as_choices(kind: BallotKind, chosen: Sequence[str], points: Mapping[str, int] | None = None) -> tuple[Choice, ...]:
    """What is written on a ballot for projects in the order in which they were chosen: 1, the points, or the rank."""
    if kind is BallotKind.POINTS:
        return tuple((project, (points or {}).get(project, 1)) for project in chosen)
    if kind is BallotKind.RANKING:
        return tuple((project, rank) for rank, project in enumerate(chosen, start=1))
    return tuple((project, 1) for project in chosen)


def choices_fault(
    choices: Sequence[Choice],
    prices: Mapping[str, int],
    terms: ContestTerms,
    words: Mapping[Fault, str] = VOTER_WORDS,
) -> Refusal | None:
    """Why these choices do not make a ballot of a contest, in the words of whoever reads it.

    `prices` (cents) holds the projects of the contest, no others.
    """
    fault = _fault(choices, prices, terms)
    if fault is None:
        return None
    known: dict[str, Any] = {
        "count": len(choices),
        "least": terms.least,
        "most": terms.most,
        "points": terms.points_budget,
        "most_points": terms.most_points,
        "given": sum(value for _project, value in choices),
    }
    return Refusal(words[fault], Kind.INVALID, **known)


def _fault(choices: Sequence[Choice], prices: Mapping[str, int], terms: ContestTerms) -> Fault | None:
    projects, count = [project for project, _value in choices], len(choices)
    if not choices:
        return Fault.EMPTY
    if len(set(projects)) < count:
        return Fault.TWICE
    if any(project not in prices for project in projects):
        return Fault.UNKNOWN
    if count < terms.least:
        return Fault.TOO_FEW
    if count > terms.most:
        return Fault.TOO_MANY
    return _values_fault(choices, prices, terms)


def _values_fault(choices: Sequence[Choice], prices: Mapping[str, int], terms: ContestTerms) -> Fault | None:
    values = [value for _project, value in choices]
    if terms.kind is BallotKind.POINTS:
        return _points_fault(values, terms)
    if terms.kind is BallotKind.RANKING:
        return None if sorted(values) == list(range(1, len(values) + 1)) else Fault.RANKS
    if any(value != 1 for value in values):
        return Fault.TWICE
    too_dear = terms.knapsack and sum(prices[project] for project, _value in choices) > terms.amount_cents
    return Fault.TOO_DEAR if too_dear else None


def _points_fault(values: Sequence[int], terms: ContestTerms) -> Fault | None:
    if any(value < 1 for value in values):
        return Fault.NO_POINT
    if any(value > terms.most_points for value in values):
        return Fault.TOO_HIGH
    return Fault.TOO_MANY_POINTS if sum(values) > terms.points_budget else None


def addition_fault(
    chosen: Sequence[str],
    added: str,
    prices: Mapping[str, int],
    terms: ContestTerms,
    *,
    title: str,
    money: Callable[[int], str] = format_euros,
) -> Refusal | None:
    """Why one more project does not go into the basket of a contest; `prices` in cents, `money` words an amount."""
    if terms.knapsack:
        missing = sum(prices[project] for project in [*chosen, added]) - terms.amount_cents
        if missing > 0:
            return Refusal(
                N_("Il manque %(missing)s pour ajouter « %(title)s ». Retirez d’abord un projet."),
                Kind.INVALID,
                missing=money(missing),
                title=title,
            )
    if len(chosen) >= terms.most:
        return Refusal(
            N_("Vous avez déjà choisi %(count)s projets, le maximum. Retirez-en un pour ajouter « %(title)s »."),
            Kind.INVALID,
            count=len(chosen),
            title=title,
        )
    return None


def points_fault(
    given: Mapping[str, int], project: str, points: int, terms: ContestTerms, *, title: str
) -> Refusal | None:
    """Why a project cannot receive this many points in all, when the others keep those of `given`."""
    if points > terms.most_points:
        return Refusal(
            N_("Un projet reçoit au plus %(most_points)s points : « %(title)s » ne peut pas en recevoir plus."),
            Kind.INVALID,
            most_points=terms.most_points,
            title=title,
        )
    left = terms.points_budget - sum(value for each, value in given.items() if each != project)
    if points > left:
        return Refusal(
            N_("Il n’y a plus assez de points pour « %(title)s » : retirez-en d’abord à un autre projet."),
            Kind.INVALID,
            title=title,
        )
    if project not in given and len(given) >= terms.most:
        return addition_fault(list(given), project, {}, terms, title=title)
    return None
