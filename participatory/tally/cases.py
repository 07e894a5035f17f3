"""One project of a result as a sentence about it needs it, and the words of those who show the sentence."""

from dataclasses import dataclass
from typing import Protocol

from participatory.tally.outcome import Part, Reason, State


class Words(Protocol):
    """How those who show the sentences write."""

    def gettext(self, message: str, **values: object) -> str:
        """The message in the reader's language."""
        ...

    def ngettext(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The same for messages that depend on a number."""
        ...

    def money(self, amount: int) -> str:
        """An amount in the currency."""
        ...

    def price(self, hundredths: int) -> str:
        """What one person paid, in hundredths of the currency."""
        ...

    def number(self, n: int) -> str:
        """A number with its separators."""
        ...

    def title(self, project: str) -> str:
        """The title of a project by its id."""
        ...

    def floor(self, key: str) -> str:
        """The name of a reserved part."""
        ...


@dataclass(frozen=True)
class Means:
    """What the supporters of a project had together towards its cost, rounded down, and who took the rest.

    `once` says that they had the cost at some moment; then `had` is what stood at the end.
    """

    had: int
    once: bool
    takers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Bound:
    """A cap: its name (empty for a carrier who is a person), its amount, and what funded projects take of it."""

    name: str
    most: int
    spent: int


@dataclass(frozen=True)
class Case:
    """One project as a sentence needs it, in integer amounts.

    `least` is what its author agreed to, `most` the largest sum that any stage had for it,
    `rest` what the rule left in the last stage. `price` is what a supporter paid at most, in
    hundredths of the currency rounded up (under Phragmén what each ballot had received),
    `per_point` if that is for each point; `completed` says that greedy spent what was left.
    """

    rule: str
    by_points: bool
    state: State
    part: Part | None
    reason: Reason | None
    by: str | None
    votes: int
    score: int
    cost: int
    paid: int
    most: int
    rest: int
    threshold: int = 0
    least: int = 0
    price: int | None = None
    per_point: bool = False
    completed: bool = False
    votes_missing: int | None = None
    cost_would_pass: int | None = None
    means: Means | None = None
    bound: Bound | None = None

    @property
    def along_a_list(self) -> bool:
        """Whether the rule goes along a list of projects, so that further votes or a lower cost can be reckoned."""
        return self.rule.startswith("greedy")

    @property
    def too_dear(self) -> bool:
        """Whether it costs more than any stage had for it."""
        return self.cost > self.most


def joined(*sentences: str) -> str:
    """The sentences that say something, one after the other."""
    return " ".join(filter(None, sentences))


def votes(n: int, case: Case, words: Words) -> str:
    """A number of votes, or of points where ballots give some."""
    if case.by_points:
        return words.ngettext("%(count)s point", "%(count)s points", n, count=words.number(n))
    return words.ngettext("%(count)s vote", "%(count)s votes", n, count=words.number(n))
