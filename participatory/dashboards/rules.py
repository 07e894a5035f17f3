"""The way of the projects of a round, counted: what stopped each, how long each step took. Pure; amounts in cents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median_high

from participatory.core.labels import N_, register
from participatory.moderation.rules import Reason
from participatory.proposals.rules import State


class Fate(StrEnum):
    """What became of a project that was submitted; each has exactly one."""

    MODERATION = "moderation"
    CHANGES = "changes"
    APPRAISAL = "appraisal"
    BALLOT = "ballot"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    UNFEASIBLE = "unfeasible"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"


class Step(StrEnum):
    """A step whose duration is measured."""

    MODERATION = "moderation"
    APPEAL = "appeal"
    APPRAISAL = "appraisal"


register(
    {
        Fate.MODERATION: N_("En modération"),
        Fate.CHANGES: N_("À compléter par leur porteur"),
        Fate.APPRAISAL: N_("À l’instruction"),
        Fate.BALLOT: N_("Au vote"),
        Fate.REFUSED: N_("Non recevables"),
        Fate.UNANSWERED: N_("Jamais complétés"),
        Fate.UNFEASIBLE: N_("Non réalisables"),
        Fate.WITHDRAWN: N_("Retirés par leur porteur"),
        Fate.MERGED: N_("Réunis à un autre"),
        Fate.CHOSEN: N_("Financés"),
        Fate.NOT_CHOSEN: N_("Non choisis par le vote"),
    }
)
register(
    {
        Step.MODERATION: N_("Première réponse d’une association"),
        Step.APPEAL: N_("Réponse à un recours"),
        Step.APPRAISAL: N_("Avis de la Région"),
    }
)

# Stopped before the vote by those who examine; a withdrawal and a reunion are the authors' own choice.
SCREENED = (Fate.REFUSED, Fate.UNANSWERED, Fate.UNFEASIBLE)
_PRESENT = {
    State.SUBMITTED: Fate.MODERATION,
    State.APPEALED: Fate.MODERATION,
    State.CHANGES_REQUESTED: Fate.CHANGES,
    State.ADMITTED: Fate.APPRAISAL,
    State.FEASIBLE: Fate.BALLOT,
    State.REFUSED: Fate.REFUSED,
    State.REFUSED_FINALLY: Fate.REFUSED,
    State.UNFEASIBLE: Fate.UNFEASIBLE,
    State.WITHDRAWN: Fate.WITHDRAWN,
    State.MERGED: Fate.MERGED,
}
_STARTS = {State.SUBMITTED: Step.MODERATION, State.APPEALED: Step.APPEAL, State.ADMITTED: Step.APPRAISAL}
_ENDS = {
    Step.MODERATION: frozenset({State.CHANGES_REQUESTED, State.ADMITTED, State.REFUSED}),
    Step.APPEAL: frozenset({State.ADMITTED, State.REFUSED_FINALLY}),
    Step.APPRAISAL: frozenset({State.FEASIBLE, State.UNFEASIBLE}),
}


@dataclass(frozen=True)
class Passage:
    """A move of a project: the state that it led to, and when (UTC)."""

    target: State
    at: datetime


@dataclass(frozen=True)
class Course:
    """A submitted project: where it is, what it costs, its moves in order, why it was refused if it was.

    `chosen` is None while the vote has not said.
    """

    state: State
    cents: int
    passages: tuple[Passage, ...] = ()
    reason: Reason | None = None
    chosen: bool | None = None


def fate_of(course: Course, *, vote_has_opened: bool) -> Fate:
    """What became of a project; what nobody completed in time is stopped by the opening of the vote."""
    if course.state is State.FEASIBLE and course.chosen is not None:
        return Fate.CHOSEN if course.chosen else Fate.NOT_CHOSEN
    if course.state is State.CHANGES_REQUESTED and vote_has_opened:
        return Fate.UNANSWERED
    return _PRESENT[course.state]


@dataclass(frozen=True)
class Part:
    """Some of the projects: how many, what they cost together in cents."""

    number: int
    cents: int


@dataclass(frozen=True)
class Funnel:
    """The projects of a round by what became of them, and the refused ones by reason."""

    parts: dict[Fate, Part]
    reasons: dict[Reason, int]
    decided: bool

    def part(self, *fates: Fate) -> Part:
        """Several fates together."""
        some = [self.parts[fate] for fate in fates if fate in self.parts]
        return Part(sum(part.number for part in some), sum(part.cents for part in some))

    @property
    def submitted(self) -> Part:
        """All that was ever submitted."""
        return self.part(*Fate)

    @property
    def screened(self) -> Part:
        """Stopped before the vote by those who examine."""
        return self.part(*SCREENED)

    @property
    def on_ballot(self) -> Part:
        """Reached the ballot."""
        return self.part(Fate.BALLOT, Fate.CHOSEN, Fate.NOT_CHOSEN)

    @property
    def decisiveness(self) -> Fraction | None:
        """Of the projects that somebody stopped, the share that the vote stopped; None before it is known."""
        stopped = self.screened.number + self.part(Fate.NOT_CHOSEN).number
        return Fraction(self.part(Fate.NOT_CHOSEN).number, stopped) if self.decided and stopped else None


def funnel(courses: Sequence[Course], *, vote_has_opened: bool) -> Funnel:
    """Count the projects of a round that were submitted."""
    numbers: Counter[Fate] = Counter()
    cents: Counter[Fate] = Counter()
    reasons: Counter[Reason] = Counter()
    for course in courses:
        fate = fate_of(course, vote_has_opened=vote_has_opened)
        numbers[fate] += 1
        cents[fate] += course.cents
        if fate is Fate.REFUSED and course.reason is not None:
            reasons[course.reason] += 1
    parts = {fate: Part(numbers[fate], cents[fate]) for fate in Fate if numbers[fate]}
    decided = any(course.chosen is not None for course in courses)
    return Funnel(parts, dict(sorted(reasons.items(), key=lambda each: -each[1])), decided)


@dataclass(frozen=True)
class Delay:
    """How long a step took: how many times it ended, the median and the longest in days, rounded up."""

    step: Step
    number: int
    median_days: int
    longest_days: int


def delays(courses: Sequence[Course]) -> list[Delay]:
    """How long each step took, for the steps that ended at least once."""
    spent: dict[Step, list[timedelta]] = {step: [] for step in Step}
    for course in courses:
        for step, took in _spent(course.passages):
            spent[step].append(took)
    return [Delay(step, len(all_), _days(median_high(all_)), _days(max(all_))) for step, all_ in spent.items() if all_]


def _spent(passages: Sequence[Passage]) -> list[tuple[Step, timedelta]]:
    """The steps that ended; one whose project was submitted anew meanwhile is counted from the last submission."""
    found: list[tuple[Step, timedelta]] = []
    begun: tuple[Step, datetime] | None = None
    for passage in passages:
        if begun is not None and passage.target in _ENDS[begun[0]]:
            found.append((begun[0], passage.at - begun[1]))
        step = _STARTS.get(passage.target)
        begun = (step, passage.at) if step else None
    return found


def _days(delay: timedelta) -> int:
    return -(-delay // timedelta(days=1))
