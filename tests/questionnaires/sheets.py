"""Small questionnaires for the tests."""

from participatory.questionnaires.rules import Condition, Kind, Option, Question, Section, Sheet

ABC = (Option("a", "Autonomie"), Option("b", "Bourses"), Option("c", "Campus"))
ROWS = (Option("r1", "Repas"), Option("r2", "Logement"))


def question(kind: Kind, key: str = "one", **more) -> Question:
    plain = {"label": "Que faut-il changer ?"}
    if kind in {Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX}:
        plain["options"] = ABC
    if kind is Kind.MATRIX:
        plain["rows"] = ROWS
    if kind is Kind.SCALE:
        plain |= {"low": 0, "high": 4}
    return Question(key, kind, **(plain | more))


def sheet(*questions: Question) -> Sheet:
    return Sheet((Section("La vie sur le campus", questions),))


def every_kind() -> Sheet:
    questions = [question(kind, kind.value) for kind in Kind]
    asked_of_a = question(Kind.TEXT, "why", required=True, condition=Condition("single", ("a",)))
    return sheet(*questions, asked_of_a)
