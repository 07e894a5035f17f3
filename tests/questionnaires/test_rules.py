from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.questionnaires.rules import Condition, Kind, Option, Sheet, as_data, faults, from_data, shown
from participatory.questionnaires.rules_answers import missing, progress, read
from participatory.questionnaires.rules_ranking import Move, moved
from tests.questionnaires.sheets import ABC, every_kind, question, sheet

KEYS = [each.key for each in ABC]


def test_a_questionnaire_with_every_kind_has_no_fault_and_is_stored_whole():
    asked = every_kind()
    assert faults(asked) == []
    assert from_data(as_data(asked)) == asked


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (question(Kind.TEXT, label=" "), "Écrivez la question"),
        (question(Kind.TEXT, label="x" * 301), "300"),
        (question(Kind.TEXT, "Une clé"), "clé"),
        (question(Kind.SINGLE, options=ABC[:1]), "deux choix"),
        (question(Kind.SINGLE, options=(*ABC, Option("a", "Autre"))), "même clé"),
        (question(Kind.SINGLE, options=(*ABC, Option("d", " campus "))), "nom différent"),
        (question(Kind.MATRIX, rows=()), "une ligne"),
        (question(Kind.SCALE, low=None), "degrés"),
        (question(Kind.SCALE, low=0, high=11), "degrés"),
        (question(Kind.NUMBER, low=3, high=3), "dépasser"),
        (question(Kind.TEXT, condition=Condition("one", ("a",))), "ne vient pas avant"),
        (question(Kind.TEXT, condition=Condition("later", ("a",))), "ne vient pas avant"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(bad, said):
    found = faults(sheet(bad, question(Kind.SINGLE, "later")))
    assert any(said in each.message % each.values and each.question == bad.key for each in found), found


def test_a_condition_reads_a_choice_that_exists():
    wrong = question(Kind.TEXT, "two", condition=Condition("one", ("z",)))
    assert "n’a pas" in faults(sheet(question(Kind.SINGLE), wrong))[0].message
    assert "rien d’autre" in faults(sheet(question(Kind.TEXT), wrong))[0].message


def test_two_questions_with_one_key_and_no_question_at_all_are_faults():
    assert faults(sheet(question(Kind.TEXT), question(Kind.TEXT)))
    assert faults(Sheet(()))
    many = [question(Kind.TEXT, f"q{number}") for number in range(61)]
    assert "60" in faults(sheet(*many))[0].message % faults(sheet(*many))[0].values


def test_a_question_that_is_not_asked_any_more_opens_no_other():
    chain = sheet(
        question(Kind.SINGLE, "one"),
        question(Kind.SCALE, "two", condition=Condition("one", ("a", "b"))),
        question(Kind.TEXT, "three", condition=Condition("two", ("3",))),
    )
    assert [each.key for each in shown(chain, {"one": "b", "two": 3})] == ["one", "two", "three"]
    assert [each.key for each in shown(chain, {"one": "c", "two": 3})] == ["one"]
    assert read(chain, {"q-one": ["c"], "q-two": ["3"], "q-three": ["x"]}).answers == {"one": "c"}


RAW = {
    "q-text": [" Bonjour\0 "],
    "q-single": ["a"],
    "q-multiple": ["c", "a", "a"],
    "q-ranking": ["c", "a"],
    "q-scale": ["3"],
    "q-matrix-r1": ["b"],
    "q-number": ["1 250,50"],
    "q-file": ["0" * 32 + ".pdf"],
    "q-why": ["Parce que"],
    "q-unknown": ["=1+1"],
}


def test_a_form_is_read_into_answers():
    reading = read(every_kind(), RAW)
    assert reading.problems == ()
    assert reading.answers == {
        "text": "Bonjour",
        "single": "a",
        "multiple": ["a", "c"],
        "ranking": ["c", "a"],
        "scale": 3,
        "matrix": {"r1": "b"},
        "number": "1250.50",
        "file": "0" * 32 + ".pdf",
        "why": "Parce que",
    }
    assert progress(every_kind(), reading.answers) == (9, 9)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("text", "x" * 4001, "4000"),
        ("single", "z", "proposées"),
        ("multiple", "z", "proposées"),
        ("ranking", "z", "proposées"),
        ("scale", "9", "proposées"),
        ("matrix-r1", "z", "chaque ligne"),
        ("number", "douze", "nombre"),
        ("number", "1e9", "nombre"),
        ("number", "NaN", "nombre"),
        ("number", "٣", "nombre"),
        ("number", "9" * 40, "nombre"),
        ("file", "../../etc/passwd", "plus là"),
    ],
)
def test_a_hostile_value_is_refused_with_a_sentence(name, value, said):
    problems = read(every_kind(), {f"q-{name}": [value]}).problems
    assert len(problems) == 1
    assert said in problems[0].message % problems[0].values


def test_bounds_and_the_most_choices_are_said():
    asked = sheet(question(Kind.NUMBER, low=2, high=9), question(Kind.MULTIPLE, "two", most=2))
    low = read(asked, {"q-one": ["1"]}).problems[0]
    high = read(asked, {"q-one": ["10"], "q-two": KEYS}).problems
    assert low.message % low.values == "Écrivez un nombre d’au moins 2."
    assert [each.message % each.values for each in high] == [
        "Écrivez un nombre d’au plus 9.",
        "Gardez 2 réponses au plus : vous en avez choisi 3.",
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_required_question_asks_for_its_answer_in_its_own_words(kind):
    asked = sheet(question(kind, required=True))
    assert len(missing(asked, {})) == 1
    assert missing(sheet(question(kind)), {}) == ()


def test_a_required_matrix_names_the_row_that_lacks():
    found = missing(sheet(question(Kind.MATRIX, required=True)), {"one": {"r1": "a"}})
    assert found[0].message % found[0].values == "Répondez aussi à la ligne « Logement »."


values = st.one_of(st.sampled_from([*KEYS, "0", "4", "12", "", "-3,5"]), st.text(max_size=12))
names = st.sampled_from([*RAW, "q-matrix-r2"])


@given(st.dictionaries(names, st.lists(values, max_size=4), max_size=12))
def test_whatever_is_sent_is_read_or_said_and_stays_the_same_when_read_again(raw):
    asked = every_kind()
    reading = read(asked, raw)
    assert set(reading.answers) <= {each.key for each in shown(asked, reading.answers)}
    assert not set(reading.answers) & {each.question for each in reading.problems}
    done, total = progress(asked, reading.answers)
    assert 0 <= done <= total


@given(st.lists(st.sampled_from(KEYS), max_size=5), st.sampled_from([*KEYS, "z"]), st.sampled_from(list(Move)))
def test_a_button_of_a_ranking_neither_loses_nor_doubles_a_proposal(placed, key, move):
    before, after = list(dict.fromkeys(placed)), moved(placed, key, move, KEYS)
    assert len(set(after)) == len(after)
    gained, lost = set(after) - set(before), set(before) - set(after)
    assert gained <= ({key} if move is Move.PLACE else set())
    assert lost <= ({key} if move is Move.OFF else set())


def test_raising_undoes_lowering():
    assert moved(KEYS, "a", Move.UP, KEYS) == KEYS
    assert moved(KEYS, "c", Move.DOWN, KEYS) == KEYS
    assert moved(moved(KEYS, "a", Move.DOWN, KEYS), "a", Move.UP, KEYS) == KEYS


def test_a_chain_of_conditions_never_turns_round():
    there = replace(question(Kind.SINGLE, "one"), condition=Condition("two", ("a",)))
    back = replace(question(Kind.SINGLE, "two"), condition=Condition("one", ("a",)))
    assert [each.question for each in faults(sheet(there, back))] == ["one"]
