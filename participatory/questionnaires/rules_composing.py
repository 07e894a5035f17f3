"""Composing a questionnaire: a question put in, changed, moved, taken out. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from participatory.questionnaires.rules import Option, Question, Section, Sheet

Row = tuple[str, Question]


def free_key(sheet: Sheet) -> str:
    """A key that no question of this questionnaire has."""
    taken = {question.key for question in sheet.questions}
    return next(key for key in (f"q{number}" for number in range(1, len(taken) + 2)) if key not in taken)


def options_of(lines: Sequence[str], before: Sequence[Option] = ()) -> tuple[Option, ...]:
    """One choice for each line that says something; a line that was there keeps its key, and its answers with it."""
    labels = [line.strip() for line in lines if line.strip()]
    known = {option.label: option.key for option in before}
    taken = {known[label] for label in labels if label in known}
    spare = (key for key in (f"c{number}" for number in range(1, len(labels) + len(before) + 1)) if key not in taken)
    return tuple(Option(known.pop(label) if label in known else next(spare), label) for label in labels)


def put(sheet: Sheet, section: str, question: Question) -> Sheet:
    """The questionnaire with this question in the place of the one of the same key, else after all the others."""
    rows = _rows(sheet)
    for place, (_, each) in enumerate(rows):
        if each.key == question.key:
            return _sheet(sheet, [*rows[:place], (section, question), *rows[place + 1 :]])
    return _sheet(sheet, [*rows, (section, question)])


def without(sheet: Sheet, key: str) -> Sheet:
    """The questionnaire without a question."""
    return _sheet(sheet, [row for row in _rows(sheet) if row[1].key != key])


def shifted(sheet: Sheet, key: str, by: int) -> Sheet:
    """The questionnaire with a question one place higher (-1) or lower (+1); it takes the section of its neighbour."""
    rows = _rows(sheet)
    here = next((place for place, row in enumerate(rows) if row[1].key == key), -1)
    there = here + by
    if here < 0 or not 0 <= there < len(rows):
        return sheet
    if rows[here][0] != rows[there][0]:
        rows[here] = (rows[there][0], rows[here][1])
        return _sheet(sheet, rows)
    rows[here], rows[there] = rows[there], rows[here]
    return _sheet(sheet, rows)


def section_of(sheet: Sheet, key: str) -> str:
    """The title of the section where a question stands, empty when it stands nowhere."""
    return next((title for title, question in _rows(sheet) if question.key == key), "")


def unchanged(sheet: Sheet, earlier: Sheet) -> Callable[[str], bool]:
    """Whether a question was asked in an earlier version in the same words, with the same choices."""
    before = {question.key: _asked(question) for question in earlier.questions}
    now = {question.key: _asked(question) for question in sheet.questions}
    return lambda key: key in now and now[key] == before.get(key)


def _asked(question: Question) -> Question:
    return replace(question, required=False, help="")


def _rows(sheet: Sheet) -> list[Row]:
    return [(section.title, question) for section in sheet.sections for question in section.questions]


def _sheet(before: Sheet, rows: Sequence[Row]) -> Sheet:
    """Sections in the order in which their first question comes."""
    titles = list(dict.fromkeys(title for title, _ in rows))
    texts = {section.title: section.text for section in before.sections}
    of = {title: tuple(question for each, question in rows if each == title) for title in titles}
    return Sheet(tuple(Section(title, of[title], texts.get(title, "")) for title in titles))
