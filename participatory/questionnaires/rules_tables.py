"""Results and codebook as files for spreadsheets: no cell is taken for a formula, no hidden number is written. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from participatory.core.labels import label
from participatory.core.spreadsheets import harmless
from participatory.questionnaires.rules import Kind, Question, Sheet
from participatory.questionnaires.rules_results import Result

Say = Callable[[str], str]
RESULT_COLUMNS = ("question", "text", "row", "row_text", "measure", "choice", "choice_text", "value", "people")
CODE_COLUMNS = ("question", "section", "text", "kind", "required", "asked_if", "row", "row_text", "code", "meaning")
HIDDEN = "<5"


def results_csv(found: Iterable[Result]) -> str:
    """What is published of each question; `value` is `<5` where the number is hidden."""
    return _written(RESULT_COLUMNS, (row for result in found for row in _result_rows(result)))


def _result_rows(result: Result) -> Iterator[tuple[object, ...]]:
    question, text, people = result.question.key, result.question.label, result.people
    if people is None:
        yield question, text, "", "", "answers", "", "", HIDDEN, ""
        return
    yield question, text, "", "", "answers", "", "", people, people
    for table in result.tables:
        row = (table.row.key, table.row.label) if table.row else ("", "")
        shown: Mapping[str, int | None] = table.cells or {}
        total = "" if table.cells is None else table.people
        for option in table.options:
            number = shown.get(option.key)
            value: object = HIDDEN if number is None else number
            yield question, text, *row, "people", option.key, option.label, value, total
    for place, each in enumerate(result.places, 1):
        yield question, text, "", "", "place", each.option.key, each.option.label, place, people
        if each.mean_rank is not None:
            mean = round(float(each.mean_rank), 2)
            yield question, text, "", "", "mean_rank", each.option.key, each.option.label, mean, people
    if result.mean is not None:
        yield question, text, "", "", "mean", "", "", round(float(result.mean), 2), people
    for percent, quantile in result.quantiles.items():
        yield question, text, "", "", "quantile", percent, "", quantile, people


def codebook_csv(sheet: Sheet, say: Say) -> str:
    """What each code of the files means; `say` translates the words of the application."""
    rows = (
        row
        for section in sheet.sections
        for question in section.questions
        for row in _code_rows(section.title, question, say)
    )
    return _written(CODE_COLUMNS, rows)


def _code_rows(section: str, question: Question, say: Say) -> Iterator[tuple[object, ...]]:
    condition = question.condition
    asked_if = "" if condition is None else f"{condition.question} in {' '.join(condition.any_of)}"
    required = "yes" if question.required else "no"
    first = (question.key, section, question.label, say(label(question.kind)), required, asked_if)
    options = question.steps if question.kind is Kind.SCALE else question.options
    if not options:
        yield *first, "", "", "", ""
    for row in [(each.key, each.label) for each in question.rows] or [("", "")]:
        for option in options:
            yield *first, *row, option.key, option.label


def answers_csv(sheet: Sheet, rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None) -> str:
    """One row for each answer, for those who analyse them; `names`: of signed answers, empty without consent."""
    columns = [column for question in sheet.questions for column, _ in _cells(question, None)]
    head = columns if names is None else ["name", *columns]
    return _written(head, _answer_rows(sheet, rows, names))


def _answer_rows(
    sheet: Sheet, rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None
) -> Iterator[Sequence[object]]:
    for number, row in enumerate(rows):
        cells = [cell for question in sheet.questions for _, cell in _cells(question, row.get(question.key))]
        yield cells if names is None else [names[number], *cells]


def _cells(question: Question, value: Any) -> list[tuple[str, object]]:
    """The columns of a question and what an answer writes in each: 1 or 0 for a choice among several, a rank, a key."""
    if question.kind is Kind.MULTIPLE:
        return [(f"{question.key}.{key}", "" if value is None else int(key in value)) for key in question.keys]
    if question.kind is Kind.RANKING:
        ranks = {key: place for place, key in enumerate(value or (), 1)}
        return [(f"{question.key}.{key}", ranks.get(key, "")) for key in question.keys]
    if question.kind is Kind.MATRIX:
        return [(f"{question.key}.{row.key}", (value or {}).get(row.key, "")) for row in question.rows]
    if question.kind is Kind.NUMBER and value is not None:
        return [(question.key, Decimal(value))]
    return [(question.key, "" if value is None else value)]


def _written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: object) -> object:
    # A number of ours begins with a minus at most, which no spreadsheet takes for a formula; a text is somebody's.
    return cell if isinstance(cell, (int, float, Decimal)) else harmless(cell)
