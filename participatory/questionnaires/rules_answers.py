"""Reading what somebody answered, and saying in their words what is missing or cannot be read. Pure.

An answer is what JSON holds: a text, a key, a list of keys in order, a whole number, a key for each row, a decimal
number as text, the key of a stored file. A question without an answer is absent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from participatory.core.labels import N_
from participatory.questionnaires.rules import LONGEST_TEXT, Kind, Question, Sheet, shown

Raw = Mapping[str, Sequence[str]]
PREFIX = "q-"
_BOUND = Decimal(10) ** 12
_FILE = re.compile(r"[0-9a-f]{32}\.(webp|pdf)")
_DIGITS = re.compile(r"-?[0-9]+(\.[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """Why an answer is not taken: the question, a sentence, its values."""

    question: str
    message: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was read of a form: the answers that stand, and the problems of the others."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...] = ()


class _UnreadableError(Exception):
    def __init__(self, message: str, **values: object):
        super().__init__(message)
        self.message, self.values = message, values


def read(sheet: Sheet, raw: Raw) -> Reading:
    """Read a form: fields `q-KEY`, `q-KEY-ROW` for a matrix. What is not asked of this person is left out."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for question in sheet.questions:
        try:
            value = _READERS[question.kind](question, raw)
        except _UnreadableError as error:
            problems.append(Problem(question.key, error.message, error.values))
            continue
        if value not in (None, "", [], {}):
            found[question.key] = value
    asked = {question.key for question in shown(sheet, found)}
    kept = {key: value for key, value in found.items() if key in asked}
    return Reading(kept, tuple(problem for problem in problems if problem.question in asked))


def missing(sheet: Sheet, answers: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What has to be answered before sending, among the questions that this person is asked."""
    return tuple(filter(None, (_missing(each, answers.get(each.key)) for each in shown(sheet, answers))))


def _missing(question: Question, value: Any) -> Problem | None:
    if not question.required:
        return None
    if question.kind is Kind.MATRIX:
        lacking = [row.label for row in question.rows if row.key not in (value or {})]
        if lacking:
            return Problem(question.key, N_("Répondez aussi à la ligne « %(row)s »."), {"row": lacking[0]})
        return None
    if value is None:
        return Problem(question.key, _ASKS[question.kind])
    return None


def progress(sheet: Sheet, answers: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the questions asked of this person have an answer, and how many there are."""
    asked = shown(sheet, answers)
    return sum(each.key in answers for each in asked), len(asked)


def _texts(raw: Raw, name: str) -> list[str]:
    return [each.replace("\0", "").strip() for each in raw.get(PREFIX + name, ())]


def _one(raw: Raw, name: str) -> str:
    return next((each for each in _texts(raw, name) if each), "")


def _text(question: Question, raw: Raw) -> str:
    value = _one(raw, question.key).replace("\r\n", "\n")
    if len(value) > LONGEST_TEXT:
        raise _UnreadableError(N_("Gardez l’essentiel : %(most)s signes au plus."), most=LONGEST_TEXT)
    return value


def _single(question: Question, raw: Raw) -> str:
    value = _one(raw, question.key)
    if value and value not in question.keys:
        raise _UnreadableError(N_("Choisissez une des réponses proposées."))
    return value


def _several(question: Question, raw: Raw) -> list[str]:
    given = list(dict.fromkeys(each for each in _texts(raw, question.key) if each))
    if not set(given) <= set(question.keys):
        raise _UnreadableError(N_("Choisissez parmi les réponses proposées."))
    if question.most and len(given) > question.most:
        raise _UnreadableError(N_("Gardez %(most)s réponses au plus : vous en avez choisi %(given)s."),
                               most=question.most, given=len(given))  # fmt: skip
    if question.kind is Kind.RANKING:
        return given
    return [key for key in question.keys if key in given]


def _scale(question: Question, raw: Raw) -> int | None:
    value = _single(question, raw)
    return int(value) if value else None


def _matrix(question: Question, raw: Raw) -> dict[str, str]:
    given = {row.key: _one(raw, f"{question.key}-{row.key}") for row in question.rows}
    if not {each for each in given.values() if each} <= set(question.keys):
        raise _UnreadableError(N_("Choisissez une des réponses proposées sur chaque ligne."))
    return {row: column for row, column in given.items() if column}


def _number(question: Question, raw: Raw) -> str:
    typed = "".join(_one(raw, question.key).split()).replace(",", ".")
    if not typed:
        return ""
    try:
        value = Decimal(typed) if _DIGITS.fullmatch(typed) else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_nan() or abs(value) > _BOUND:
        raise _UnreadableError(N_("Écrivez un nombre, par exemple 12 ou 12,5."))
    if question.low is not None and value < question.low:
        raise _UnreadableError(N_("Écrivez un nombre d’au moins %(low)s."), low=question.low)
    if question.high is not None and value > question.high:
        raise _UnreadableError(N_("Écrivez un nombre d’au plus %(high)s."), high=question.high)
    return format(value, "f")


def is_file(text: str) -> bool:
    """Whether a text has the shape of the key of a stored file."""
    return _FILE.fullmatch(text) is not None


def _file(question: Question, raw: Raw) -> str:
    value = _one(raw, question.key)
    if value and not is_file(value):
        raise _UnreadableError(N_("Ce fichier n’est plus là : envoyez-le à nouveau."))
    return value


_READERS = {
    Kind.TEXT: _text,
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _several,
    Kind.RANKING: _several,
    Kind.SCALE: _scale,
    Kind.MATRIX: _matrix,
    Kind.NUMBER: _number,
    Kind.FILE: _file,
}
_ASKS = {
    Kind.TEXT: N_("Écrivez votre réponse."),
    Kind.SINGLE: N_("Choisissez une réponse."),
    Kind.MULTIPLE: N_("Choisissez au moins une réponse."),
    Kind.RANKING: N_("Classez au moins une proposition."),
    Kind.SCALE: N_("Choisissez un degré de l’échelle."),
    Kind.NUMBER: N_("Écrivez un nombre."),
    Kind.FILE: N_("Joignez un fichier."),
}
