"""A published file says by which method and under which terms it is counted, and one command counts it again."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from participatory.tally.cli import tally
from participatory.tally.declared_method import declared_method, method_as_meta
from participatory.tally.declared_terms import declared_terms, terms_as_columns, terms_as_meta
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
    projects = tuple(replace(p, extra=terms_as_columns(p.id, terms, case.unit)) for p in case.projects)
    meta = case.meta | terms_as_meta(terms, case.unit) | method_as_meta(method, case.unit)
    return write_election(replace(case, meta=meta, projects=projects))


def command(file: Path, *options: str) -> Result:
    return CliRunner().invoke(tally, [str(file), "--json", *options])


def test_terms_and_method_are_read_back() -> None:
    again = read_election(published())
    assert declared_terms(again) == TERMS
    assert declared_method(again.meta, again.unit) == SHARES


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
        ("count_rule;mes", "count_rule;dictator", "count_rule"),
        ("count_sat;cost", "count_sat;joy", "count_sat"),
        ("count_step;1%", "count_step;0%", "count_step"),
        ("count_step;1%", "count_step;1%%", "count_step"),
        ("caps;site:albi:70", "caps;site:albi", "caps"),
        ("caps;site:albi:70", "caps;site:albi:-70", "caps"),
    ],
)
def test_a_method_or_a_cap_that_cannot_be_is_refused_with_its_line(good: str, bad: str, name: str) -> None:
    text = published()
    assert good in text
    with pytest.raises(PabulibError) as refused:
        read_election(text.replace(good, bad))
    line = 1 + [row.split(";")[0] for row in text.splitlines()].index(name)
    assert (refused.value.line, refused.value.problems[0].values["name"]) == (line, name)


@pytest.mark.parametrize(
    ("requires", "partial", "column"),
    [({"d": "z"}, {}, "requires"), ({"d": "b", "b": "d"}, {}, "requires"), ({}, {"c": "0"}, "partial_minimum")],
)
def test_columns_that_cannot_be_are_refused_with_the_line_of_their_project(
    requires: dict[str, str], partial: dict[str, str], column: str
) -> None:
    wrong = {project: {"requires": named} for project, named in requires.items()}
    wrong |= {project: {"partial_minimum": amount} for project, amount in partial.items()}
    projects = tuple(replace(p, extra=wrong.get(p.id, {})) for p in CASE.projects)
    text = write_election(replace(CASE, meta=CASE.meta | {"tie_break": "lexico"}, projects=projects))
    first = next(p.id for p in projects if p.id in wrong)
    with pytest.raises(PabulibError) as refused:
        read_election(text)
    assert refused.value.problems[0].values["name"] == column
    assert text.splitlines()[refused.value.line - 1].startswith(f"{first};")


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
    meta = {"tie_break": "lexico"} | method_as_meta(method, unit)
    assert declared_method(meta, unit) == method
