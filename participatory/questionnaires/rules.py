"""What a questionnaire asks: questions, sections, conditions, and what stands in the way of opening it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from participatory.core.labels import N_, register


class Kind(StrEnum):
    """What sort of answer a question takes."""

    TEXT = "text"
    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    SCALE = "scale"
    MATRIX = "matrix"
    NUMBER = "number"
    FILE = "file"


class Mode(StrEnum):
    """Whether an answer bears the name of who gave it."""

    ANONYMOUS = "anonymous"
    SIGNED = "signed"


register(
    {
        Kind.TEXT: N_("Texte libre"),
        Kind.SINGLE: N_("Un seul choix"),
        Kind.MULTIPLE: N_("Plusieurs choix"),
        Kind.RANKING: N_("Classement"),
        Kind.SCALE: N_("Échelle"),
        Kind.MATRIX: N_("Tableau : un choix par ligne"),
        Kind.NUMBER: N_("Nombre"),
        Kind.FILE: N_("Fichier"),
    }
)
register({Mode.ANONYMOUS: N_("Réponses anonymes"), Mode.SIGNED: N_("Réponses signées")})

# Below this many people a number is not published.
LEAST = 5
MOST_QUESTIONS, MOST_OPTIONS, MOST_STEPS = 60, 30, 11
LONGEST_LABEL, LONGEST_TEXT = 300, 4000
# What a condition may read: the answer is one of a few keys that are known beforehand.
READABLE = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE})
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True)
class Option:
    """One of the choices of a question, one row or one column of a matrix."""

    key: str
    label: str


@dataclass(frozen=True)
class Condition:
    """A question is asked of those who answered an earlier question by one of these keys."""

    question: str
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question. `most`: choices or ranks at most (0: all of them); `low` and `high` bound a number or a scale."""

    key: str
    kind: Kind
    label: str
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    low: int | None = None
    high: int | None = None
    most: int = 0
    condition: Condition | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What an answer may name: the keys of the options, the steps of a scale."""
        if self.kind is Kind.SCALE:
            return tuple(option.key for option in self.steps)
        return tuple(option.key for option in self.options)

    @property
    def steps(self) -> tuple[Option, ...]:
        """The steps of a scale, in order."""
        if self.low is None or self.high is None:
            return ()
        return tuple(Option(str(step), str(step)) for step in range(self.low, self.high + 1))


@dataclass(frozen=True)
class Section:
    """Questions that are shown together, under a title."""

    title: str
    questions: tuple[Question, ...]
    text: str = ""


@dataclass(frozen=True)
class Sheet:
    """A questionnaire as it is asked: its sections in order."""

    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All the questions in the order in which they are asked."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question:
        """A question by its key; raises KeyError."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)


@dataclass(frozen=True)
class Fault:
    """Why a questionnaire cannot be opened: a sentence, and the question that it is about (empty: all of it)."""

    message: str
    question: str = ""
    values: dict[str, object] = field(default_factory=dict)


def shown(sheet: Sheet, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions that somebody is asked, by what they have answered so far.

    The answer to a question that is not asked any more opens no other question.
    """
    asked: dict[str, Question] = {}
    for question in sheet.questions:
        if question.condition is None or _holds(question.condition, asked, answers):
            asked[question.key] = question
    return tuple(asked.values())


def _holds(condition: Condition, asked: Mapping[str, Question], answers: Mapping[str, Any]) -> bool:
    if condition.question not in asked:
        return False
    given = answers.get(condition.question)
    said = [] if given is None else given if isinstance(given, (list, tuple)) else [given]
    return any(str(each) in condition.any_of for each in said)


def faults(sheet: Sheet) -> list[Fault]:
    """What has to be corrected before the questionnaire is opened, in the order of its questions."""
    questions = sheet.questions
    if not questions:
        return [Fault(N_("Ce questionnaire n’a aucune question."))]
    found: list[Fault] = []
    if len(questions) > MOST_QUESTIONS:
        found.append(Fault(N_("Gardez %(most)s questions au plus."), values={"most": MOST_QUESTIONS}))
    earlier: dict[str, Question] = {}
    for question in questions:
        found += [Fault(message, question.key, values) for message, values in _faults(question, earlier)]
        earlier[question.key] = question
    return found


_Said = tuple[str, dict[str, object]]


def _faults(question: Question, earlier: Mapping[str, Question]) -> Iterator[_Said]:
    if not _KEY.fullmatch(question.key) or question.key in earlier:
        yield N_("Deux questions portent la même clé, ou une clé est illisible."), {}
    if not question.label.strip():
        yield N_("Écrivez la question."), {}
    elif len(question.label) > LONGEST_LABEL:
        yield N_("Raccourcissez la question : %(most)s signes au plus."), {"most": LONGEST_LABEL}
    if question.kind in {Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX}:
        yield from _option_faults(question)
    if question.kind in {Kind.SCALE, Kind.NUMBER}:
        yield from _bound_faults(question)
    if question.condition is not None:
        yield from _condition_faults(question.condition, earlier)


def _option_faults(question: Question) -> Iterator[_Said]:
    for options in (question.options, question.rows):
        keys = [option.key for option in options]
        if len(set(keys)) < len(keys) or not all(_KEY.fullmatch(key) for key in keys):
            yield N_("Deux choix portent la même clé, ou une clé est illisible."), {}
        labels = [option.label.strip().casefold() for option in options]
        if len(set(labels)) < len(labels) or not all(labels):
            yield N_("Chaque choix porte un nom, et un nom différent des autres."), {}
        if len(options) > MOST_OPTIONS:
            yield N_("Gardez %(most)s choix au plus."), {"most": MOST_OPTIONS}
    if len(question.options) < 2:
        yield N_("Donnez au moins deux choix."), {}
    if question.kind is Kind.MATRIX and not question.rows:
        yield N_("Donnez au moins une ligne au tableau."), {}


def _bound_faults(question: Question) -> Iterator[_Said]:
    low, high = question.low, question.high
    if low is not None and high is not None and low >= high:
        yield N_("Le plus grand nombre accepté doit dépasser le plus petit."), {}
    elif question.kind is Kind.SCALE and (low is None or high is None or high - low >= MOST_STEPS or low < 0):
        yield N_("Une échelle va d’un nombre entier à un autre, en %(most)s degrés au plus."), {"most": MOST_STEPS}


def _condition_faults(condition: Condition, earlier: Mapping[str, Question]) -> Iterator[_Said]:
    before = earlier.get(condition.question)
    if before is None:
        # Only earlier questions may be read: no condition can then depend on itself, however long the chain.
        yield N_("La condition lit une question qui ne vient pas avant celle-ci."), {}
    elif before.kind not in READABLE:
        yield N_("La condition lit une question à choix ou une échelle, rien d’autre."), {}
    elif not condition.any_of or not set(condition.any_of) <= set(before.keys):
        yield N_("La condition nomme un choix que la question lue n’a pas."), {}


def as_data(sheet: Sheet) -> dict[str, Any]:
    """The questionnaire as it is stored."""
    return {
        "sections": [
            {"title": each.title, "text": each.text, "questions": [_question_data(one) for one in each.questions]}
            for each in sheet.sections
        ]
    }


def _question_data(question: Question) -> dict[str, Any]:
    data: dict[str, Any] = {"key": question.key, "kind": question.kind.value, "label": question.label}
    data |= {"help": question.help, "required": question.required, "most": question.most}
    data |= {"low": question.low, "high": question.high, "condition": None}
    data["options"] = [[option.key, option.label] for option in question.options]
    data["rows"] = [[option.key, option.label] for option in question.rows]
    if question.condition is not None:
        data["condition"] = {"question": question.condition.question, "any_of": list(question.condition.any_of)}
    return data


def from_data(data: Mapping[str, Any]) -> Sheet:
    """A questionnaire as it was stored by `as_data`."""
    return Sheet(
        tuple(
            Section(each["title"], tuple(_question(one) for one in each["questions"]), each["text"])
            for each in data["sections"]
        )
    )


def _question(data: Mapping[str, Any]) -> Question:
    condition = data["condition"]
    return Question(
        key=data["key"],
        kind=Kind(data["kind"]),
        label=data["label"],
        help=data["help"],
        required=data["required"],
        options=tuple(Option(*pair) for pair in data["options"]),
        rows=tuple(Option(*pair) for pair in data["rows"]),
        low=data["low"],
        high=data["high"],
        most=data["most"],
        condition=None if condition is None else Condition(condition["question"], tuple(condition["any_of"])),
    )
