"""What people answered together, question by question, with nothing that a few people alone have said. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from statistics import quantiles
from typing import Any

from participatory.questionnaires.rules import LEAST, Kind, Option, Question, Sheet
from participatory.questionnaires.rules_hiding import Cells, any_hidden, choices, gives_away, shares

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """The counts of one list of choices, of one `row` of a matrix; `cells` is None where they are not published."""

    options: tuple[Option, ...]
    cells: Cells | None
    people: int
    row: Option | None = None

    @property
    def hides(self) -> bool:
        """Whether a number of it is hidden."""
        return any_hidden([self.cells])


@dataclass(frozen=True)
class Place:
    """Where a proposal stands in a ranking: its mean rank, None where that would tell a hidden number."""

    option: Option
    mean_rank: Fraction | None


@dataclass(frozen=True)
class Result:
    """What is published of one question. `people` is None where the question is not published at all."""

    question: Question
    people: int | None
    tables: tuple[Table, ...] = ()
    places: tuple[Place, ...] = ()
    mean: Fraction | None = None
    quantiles: dict[int, Decimal] = field(default_factory=dict)

    @property
    def published(self) -> bool:
        """Whether anything is said of it."""
        return self.people is not None

    @property
    def hides(self) -> bool:
        """Whether a number of its tables is hidden."""
        return any(table.hides for table in self.tables)


def results(sheet: Sheet, rows: Sequence[Answers]) -> list[Result]:
    """What is published of each question, in order.

    A question that depends on another is left out where the number of its answers would tell a hidden one.
    """
    found: dict[str, Result] = {}
    for question in sheet.questions:
        given = [row[question.key] for row in rows if question.key in row]
        hidden = len(given) < LEAST or _betrays(question, found)
        found[question.key] = Result(question, None) if hidden else _COUNTS[question.kind](question, given)
    return list(found.values())


def _betrays(question: Question, found: Mapping[str, Result]) -> bool:
    if question.condition is None:
        return False
    before = found[question.condition.question]
    if not before.published:
        return True
    adds_up = before.question.kind is not Kind.MULTIPLE
    return gives_away(question.condition, before.tables[0].cells, adds_up=adds_up)


def _single(question: Question, given: Sequence[Any]) -> Result:
    table = _table(question.options, given)
    return Result(question, len(given), (table,))


def _table(options: tuple[Option, ...], given: Sequence[str], row: Option | None = None) -> Table:
    counted = Counter(given)
    return Table(options, shares({option.key: counted[option.key] for option in options}), len(given), row)


def _multiple(question: Question, given: Sequence[Any]) -> Result:
    counted = Counter(key for each in given for key in set(each))
    cells = choices({option.key: counted[option.key] for option in question.options}, len(given))
    return Result(question, len(given), (Table(question.options, cells, len(given)),))


def _scale(question: Question, given: Sequence[Any]) -> Result:
    table = _table(question.steps, [str(each) for each in given])
    mean = None if table.hides else Fraction(sum(given), len(given))
    return Result(question, len(given), (table,), mean=mean)


def _matrix(question: Question, given: Sequence[Any]) -> Result:
    tables = tuple(
        _table(question.options, [each[row.key] for each in given if row.key in each], row) for row in question.rows
    )
    return Result(question, len(given), tables)


def _ranking(question: Question, given: Sequence[Any]) -> Result:
    """First choices, and the mean rank: who left proposals aside gives each the middle of the ranks that remain.

    The order is always said; the means only where no first choice is hidden, since they would tell it.
    """
    table = _table(question.options, [each[0] for each in given])
    means = mean_ranks([option.key for option in question.options], given)
    order = sorted(question.options, key=lambda option: means[option.key])
    places = tuple(Place(option, None if table.hides else means[option.key]) for option in order)
    return Result(question, len(given), (table,), places)


def mean_ranks(keys: Sequence[str], given: Sequence[Sequence[str]]) -> dict[str, Fraction]:
    """The mean rank of each proposal, 1 being the first; n minus it is the mean of its Borda points."""
    total = dict.fromkeys(keys, Fraction(0))
    for ranked in given:
        aside = Fraction(len(ranked) + 1 + len(keys), 2)
        places = {key: Fraction(place) for place, key in enumerate(ranked, 1)}
        for key in keys:
            total[key] += places.get(key, aside)
    return {key: each / len(given) for key, each in total.items()}


def _number(question: Question, given: Sequence[Any]) -> Result:
    """The mean, and the quantiles that have five answers on each side: neither the least nor the most is said."""
    values = sorted(Decimal(each) for each in given)
    mean = sum((Fraction(each) for each in values), Fraction(0)) / len(values)
    said: dict[int, Decimal] = {}
    if len(values) >= 2 * LEAST:
        tenths = quantiles(values, n=20, method="inclusive")
        for percent in (10, 25, 50, 75, 90):
            if min(percent, 100 - percent) * len(values) >= 100 * LEAST:
                said[percent] = tenths[percent // 5 - 1]
    return Result(question, len(given), mean=mean, quantiles=said)


def _counted(question: Question, given: Sequence[Any]) -> Result:
    """Texts and files are not published as they were written: how many there are is."""
    return Result(question, len(given))


_COUNTS = {
    Kind.TEXT: _counted,
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.RANKING: _ranking,
    Kind.SCALE: _scale,
    Kind.MATRIX: _matrix,
    Kind.NUMBER: _number,
    Kind.FILE: _counted,
}
