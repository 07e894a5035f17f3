"""A published file says by which method and under which terms it is counted, and one command counts it again."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from participatory.tally.carried import COMMENT, as_comment
from participatory.tally.cli import tally
from participatory.tally.declared_method import declared_method, method_as_items
from participatory.tally.declared_terms import declared_terms, items_of, terms_as_items, threshold_as_meta
from participatory.tally.election import Election
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.pabulib import PabulibError, read_election, write_election
from participatory.tally.rules import run
from participatory.tally.terms import Cap, Floor, Group, Terms
from participatory.tally.ties import Order, Ties
from tests.tally.making import election

CASE = election({"a": 60, "b": 40, "c": 60, "d": 25}, {"a": 3, "b,d": 2, "c": 3, "a,c": 1, "d": 2}, budget=150)
TERMS = Terms(
    150,
    floors=(Floor("vue", 40, frozenset({"b"})),),
    threshold=2,
    order=Order(Ties.RULEBOOK),
    caps=(Cap("site:albi", 70, frozenset({"a", "c"})),),
    groups=(Group("halls", frozenset({"a", "c"})),),
    requires={"d": frozenset({"b"})},
    partial={"c": 10},
)
SHARES = Method(RuleName.MES, completion=Completion.ADD1U, step=Fraction(1, 100), step_is_share=True)


def published(case: Election = CASE, terms: Terms = TERMS, method: Method = SHARES) -> str:
    items = terms_as_items(terms, case.unit) | method_as_items(method, case.unit)
    meta = case.meta | {COMMENT: as_comment(items)} | threshold_as_meta(terms)
    return write_election(replace(case, meta=meta))


def command(file: Path, *options: str) -> Result:
    return CliRunner().invoke(tally, [str(file), "--json", *options])


def test_terms_and_method_are_read_back() -> None:
    again = read_election(published())
    assert declared_terms(again) == TERMS
    assert declared_method(items_of(again), again.unit) == SHARES


def test_the_file_alone_is_enough_to_count_again(tmp_path: Path) -> None:
    file = tmp_path / "published.pb"
    file.write_text(published(), encoding="utf-8")
    printed = json.loads(command(file).stdout)
    expected = run(CASE, SHARES, TERMS)
    assert printed["winners"] == list(expected.winners)
    assert (printed["rule"], printed["completion"], printed["cost"]) == ("mes", "add1u", expected.cost)
    assert json.loads(command(file, "--rule", "greedy").stdout)["rule"] == "greedy"
    assert json.loads(command(file, "--sat", "cardinality").stdout)["sat"] == "cardinality"


def test_a_plain_file_must_be_told_its_rule(tmp_path: Path) -> None:
    file = tmp_path / "plain.pb"
    file.write_text(write_election(CASE), encoding="utf-8")
    refused = command(file)
    assert refused.exit_code == 2
    assert "--rule" in refused.stderr
    assert command(file, "--compare").exit_code == 0


def test_a_comparison_counts_by_the_declared_method_first(tmp_path: Path) -> None:
    file = tmp_path / "published.pb"
    file.write_text(published(), encoding="utf-8")
    rules = json.loads(command(file, "--compare").stdout)["rules"]
    assert [rule["rule"] for rule in rules] == ["mes", "greedy", "greedy-per-cost", "mes", "phragmen"]
    assert rules[0]["winners"] == list(run(CASE, SHARES, TERMS).winners)


@pytest.mark.parametrize(
    ("good", "bad", "name"),
    [
        ("count_rule=mes", "count_rule=dictator", "count_rule"),
        ("count_sat=cost", "count_sat=joy", "count_sat"),
        ("count_step=1%", "count_step=0%", "count_step"),
        ("count_step=1%", "count_step=1%%", "count_step"),
        ("tie_break=rulebook", "tie_break=dice", "tie_break"),
        ("floors=vue:40", "floors=vue:151", "floors"),
        ("caps=site:albi:70", "caps=site:albi", "caps"),
        ("caps=site:albi:70", "caps=site:albi:-70", "caps"),
        ("requires.d=b", "requires.d=z", "requires.d"),
        ("requires.d=b", "requires.d=d", "requires.d"),
        ("partial.c=10", "partial.c=0", "partial.c"),
        ("partial.c=10", "partial.z=10", "partial.z"),
        ("group.halls=a,c", "group.halls=a,zz", "group.halls"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_their_line(good: str, bad: str, name: str) -> None:
    text = published()
    assert good in text
    with pytest.raises(PabulibError) as refused:
        read_election(text.replace(good, bad))
    line = 1 + [row.split(";")[0] for row in text.splitlines()].index(COMMENT)
    assert (refused.value.line, refused.value.problems[0].values["name"]) == (line, name)


def test_ids_with_any_sign_and_another_comment_are_kept() -> None:
    wild = {'le "pré"': 3, "#2: x=y": 4, "a;b": 5, "é è": 6}
    case = election(wild, {}, budget=10)
    terms = Terms(
        10,
        order=Order(Ties.RULEBOOK),
        groups=(Group("tout", frozenset(wild)),),
        requires={"a;b": frozenset({"é è"})},
        partial={"#2: x=y": 1},
    )
    comment = as_comment(terms_as_items(terms, 1), present="#1: counted by hand too")
    again = read_election(write_election(replace(case, meta=case.meta | {COMMENT: comment})))
    assert declared_terms(again) == terms
    assert again.meta[COMMENT].startswith("#1: counted by hand too #2: terms of the count")


def test_a_comment_of_another_program_carries_nothing() -> None:
    case = replace(CASE, meta=CASE.meta | {COMMENT: "#1: budget=12 #2: count_rule=mes"})
    assert items_of(read_election(write_election(case))) == {}


@given(
    st.builds(
        Method,
        st.just(RuleName.MES),
        st.sampled_from(Satisfaction),
        st.sampled_from([Completion.ADD1, Completion.ADD1U]),
        st.sampled_from(Stop),
        st.integers(1, 10**6).map(lambda n: Fraction(n, 1000)),
        st.booleans(),
    ),
    st.sampled_from([1, 100]),
)
def test_every_method_is_read_back(method: Method, unit: int) -> None:
    assert declared_method(method_as_items(method, unit), unit) == method


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("floors=vue:40 ", "floors=vue: 40 "),
        ("count_rule=mes", "count_rulz=mes"),
        ("count_rule=mes", "count_rule=mes #30: count_rule=greedy"),
        ("floor.vue=b", "floor.vu=b"),
        ("cap.site:albi=a,c", "cap.site:alby=a,c"),
        ("tie_seed=", "tie_seed=ab cd"),
    ],
)
def test_a_slip_in_a_term_is_refused_and_not_passed_over(good: str, bad: str) -> None:
    text = published()
    assert good in text
    with pytest.raises(PabulibError):
        read_election(text.replace(good, bad))


@pytest.mark.parametrize(("key", "value"), [("max_length", "1e+99"), ("budget", "4e+99"), ("max_length", "2000000")])
def test_numbers_beyond_measure_are_refused_with_their_line(key: str, value: str) -> None:
    text = write_election(CASE).replace(f"{key};150", f"{key};{value}")
    text = text if f"{key};{value}" in text else text.replace("PROJECTS", f"{key};{value}\nPROJECTS", 1)
    with pytest.raises(PabulibError) as refused:
        read_election(text)
    assert text.splitlines()[refused.value.line - 1] == f"{key};{value}"
