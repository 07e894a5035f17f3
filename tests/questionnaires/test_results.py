import csv
import io
import itertools
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.questionnaires.rules import Condition, Kind
from participatory.questionnaires.rules_hiding import choices, gives_away, shares
from participatory.questionnaires.rules_results import mean_ranks, results
from participatory.questionnaires.rules_tables import answers_csv, codebook_csv, results_csv
from tests.questionnaires.sheets import every_kind, question, sheet


def only(kind, rows, **more):
    asked = sheet(question(kind, **more))
    return results(asked, [{} if row is None else {"one": row} for row in rows])[0]


def published(counts):
    cells = shares(dict(enumerate(counts)))
    return None if cells is None else tuple(cells.values())


@pytest.mark.parametrize("cells", [2, 3, 4])
def test_no_hidden_cell_can_be_computed_even_by_who_knows_the_rule(cells):
    for total in range(5, 25 if cells < 4 else 19):
        worlds = {}
        for counts in itertools.product(range(total + 1), repeat=cells):
            if sum(counts) == total:
                worlds.setdefault(published(counts), []).append(counts)
        for shown, possible in worlds.items():
            hidden = [place for place, number in enumerate(shown) if number is None]
            assert all(len({world[place] for world in possible}) > 1 for place in hidden), (total, shown, possible)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9))
def test_no_small_number_is_shown_and_one_is_never_hidden_alone(counts):
    shown = published(counts)
    if shown is None:
        assert sum(counts) < 5
        return
    assert all(number is None or number == 0 or number >= 5 for number in shown)
    assert shown.count(None) != 1
    assert all(number in {None, before} for number, before in zip(shown, counts, strict=True))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_among_several_choices_neither_few_who_chose_nor_few_who_did_not_are_shown(counts):
    for key, number in choices(dict(enumerate(counts)), 12).items():
        assert number in {None, counts[key]}
        assert number is None or number in {0, 12} or (5 <= number <= 7)


def test_nothing_is_said_of_fewer_than_five_people():
    for kind, value in (("single", "a"), ("text", "x"), ("number", "3"), ("scale", 2), ("ranking", ["a"])):
        assert not only(Kind(kind), [value] * 4 + [None] * 50).published
        assert only(Kind(kind), [value] * 5).published


def test_several_choices_are_counted_per_respondent():
    found = only(Kind.MULTIPLE, [["a", "b"]] * 6 + [["b"]] * 6 + [None] * 3)
    assert found.people == 12
    assert found.tables[0].cells == {"a": 6, "b": 12, "c": 0}


def test_a_matrix_is_counted_row_by_row():
    found = only(Kind.MATRIX, [{"r1": "a", "r2": "b"}] * 6 + [{"r1": "a"}] * 5)
    assert [(each.row.key, each.people, each.cells) for each in found.tables] == [
        ("r1", 11, {"a": 11, "b": 0, "c": 0}),
        ("r2", 6, {"a": 0, "b": 6, "c": 0}),
    ]


def test_a_scale_gives_its_mean_where_nothing_is_hidden():
    assert only(Kind.SCALE, [2] * 5 + [4] * 5).mean == 3
    assert only(Kind.SCALE, [2] * 5 + [4] * 4).mean is None


def test_a_ranking_gives_first_choices_the_order_and_mean_ranks():
    found = only(Kind.RANKING, [["a", "b", "c"]] * 6 + [["b"]] * 6)
    assert found.tables[0].cells == {"a": 6, "b": 6, "c": 0}
    assert [(each.option.key, each.mean_rank) for each in found.places] == [
        ("b", Fraction(3, 2)),
        ("a", Fraction(7, 4)),
        ("c", Fraction(11, 4)),
    ]


def test_the_mean_ranks_do_not_tell_a_hidden_first_choice():
    found = only(Kind.RANKING, [["a", "b"]] * 8 + [["b", "a"]] * 2)
    assert found.tables[0].cells == {"a": None, "b": None, "c": 0}
    assert [each.option.key for each in found.places] == ["a", "b", "c"]
    assert {each.mean_rank for each in found.places} == {None}


@given(st.lists(st.permutations(["a", "b", "c"]).flatmap(lambda p: st.sampled_from([p[:1], p[:2], p])), min_size=1))
def test_ranks_always_share_the_same_sum(ranked):
    assert sum(mean_ranks(["a", "b", "c"], ranked).values()) == 6


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=5, max_size=120))
def test_a_quantile_has_five_answers_on_each_side(numbers):
    found = only(Kind.NUMBER, [str(each) for each in numbers])
    for value in found.quantiles.values():
        assert sum(each <= value for each in numbers) >= 5
        assert sum(each >= value for each in numbers) >= 5
    assert list(found.quantiles.values()) == sorted(found.quantiles.values())


def test_quantiles_of_a_hundred_numbers():
    found = only(Kind.NUMBER, [str(each) for each in range(101)])
    assert found.mean == 50
    assert found.quantiles == {10: 10, 25: 25, 50: 50, 75: 75, 90: 90}
    assert only(Kind.NUMBER, ["1"] * 9).quantiles == {}


def chained(any_of, kind=Kind.SINGLE):
    return sheet(question(kind), question(Kind.TEXT, "two", condition=Condition("one", any_of)))


def test_a_question_asked_of_some_does_not_tell_how_many_they_are():
    rows = [{"one": "a"}] * 20 + [{"one": "b", "two": "x"}] * 6 + [{"one": "c"}] * 2
    assert not results(chained(("b",)), rows)[1].published
    assert results(chained(("a",)), [{"one": "a", "two": "x"}] * 20 + rows[20:])[1].published
    assert results(chained(("b", "c")), rows)[1].published


def test_a_group_that_holds_a_hidden_choice_gives_it_away():
    assert gives_away(Condition("one", ("a", "b")), {"a": 9, "b": None, "c": None}, adds_up=True)
    assert not gives_away(Condition("one", ("b", "c")), {"a": 9, "b": None, "c": None}, adds_up=True)
    assert gives_away(Condition("one", ("b", "c")), {"a": 9, "b": None, "c": None}, adds_up=False)
    assert gives_away(Condition("one", ("a",)), None, adds_up=True)


HOSTILE = '=HYPERLINK("http://x")'
FULL = {
    "text": HOSTILE,
    "single": "a",
    "multiple": ["a"],
    "ranking": ["b", "a"],
    "scale": 3,
    "matrix": {"r1": "b"},
    "number": "-12.5",
    "why": "@x",
}


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_of_results_writes_no_small_number_and_no_formula():
    rows = [FULL] * 7 + [FULL | {"single": "b"}] * 3
    text = results_csv(results(every_kind(), rows))
    assert HOSTILE not in text
    found = read_csv(text)
    single = {row["choice"]: row["value"] for row in found if row["question"] == "single" and row["choice"]}
    assert single == {"a": "<5", "b": "<5", "c": "0"}
    assert Counter(row["value"] for row in found if row["question"] == "why") == {"<5": 1}
    assert next(row["value"] for row in found if row["measure"] == "mean_rank") == "1.0"


def test_the_file_of_answers_has_a_column_for_each_choice_and_neutralises_formulas():
    found = read_csv(answers_csv(every_kind(), [FULL, {}], ["=cmd", ""]))
    assert found[0]["name"] == "'=cmd"
    assert found[0]["text"] == "'" + HOSTILE
    assert (found[0]["multiple.a"], found[0]["multiple.b"], found[1]["multiple.a"]) == ("1", "0", "")
    assert (found[0]["ranking.a"], found[0]["ranking.c"]) == ("2", "")
    assert (found[0]["matrix.r1"], found[0]["why"]) == ("b", "'@x")
    assert "name" not in read_csv(answers_csv(every_kind(), [FULL]))[0]


def test_the_codebook_gives_a_meaning_to_each_code_of_the_answers():
    found = read_csv(codebook_csv(every_kind(), str.upper))
    assert {row["code"]: row["meaning"] for row in found if row["question"] == "single"} == {
        "a": "Autonomie",
        "b": "Bourses",
        "c": "Campus",
    }
    assert next(row["kind"] for row in found if row["question"] == "text") == "TEXTE LIBRE"
    assert next(row["asked_if"] for row in found if row["question"] == "why") == "single in a"
    assert sum(row["question"] == "matrix" for row in found) == 6


def test_a_number_below_zero_stays_a_number():
    assert only(Kind.NUMBER, ["-12.5"] * 10).quantiles == {50: Decimal("-12.5")}
    assert {row["number"] for row in read_csv(answers_csv(every_kind(), [FULL]))} == {"-12.5"}
