"""Files of our first version, which had keys of META and a column for the terms of their count, still read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participatory.tally.cli import tally
from participatory.tally.declared_terms import declared_terms
from participatory.tally.pabulib import PabulibError, read_election, read_file, write_election
from participatory.tally.rules import greedy
from participatory.tally.terms import Floor, Terms
from participatory.tally.ties import Lot, Order, Ties
from tests.tally.making import election

TERMS = Terms(100, (Floor("vue", 40, frozenset({"b"})),), 2, Order(Ties.RULEBOOK, Lot(b"\xc0\xff\xee", "r1")))


def published() -> str:
    case = election({"a": 60, "b": 40, "c": 60}, {"a": 3, "b": 2, "c": 3, "a,c": 1}, budget=100)
    first_version = {"tie_break": "rulebook", "tie_seed": "c0ffee", "tie_round": "r1", "floors": "vue:40"}
    meta = case.meta | first_version | {"min_project_score_threshold": "2"}
    projects = tuple(replace(p, extra={"floors": "vue"} if p.id == "b" else {}) for p in case.projects)
    return write_election(replace(case, meta=meta, projects=projects))


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(tally, [str(file), "--rule", "greedy", "--json", *options])


def test_the_terms_are_read_back() -> None:
    assert declared_terms(read_election(published())) == TERMS


def test_a_plain_file_is_counted_as_ever(elections_folder: Path) -> None:
    case = read_file(elections_folder / "lac-bleu-points.pb")
    with_threshold = replace(case, meta=case.meta | {"min_project_score_threshold": "999", "floors": "x:1"})
    assert declared_terms(with_threshold) == Terms(case.budget)


def test_the_command_uses_them_and_options_prevail(tmp_path: Path) -> None:
    file = tmp_path / "published.pb"
    file.write_text(published(), encoding="utf-8")
    assert json.loads(run(file).stdout)["winners"] == list(greedy(read_file(file), TERMS).winners)
    assert json.loads(run(file).stdout)["ties"] == "rulebook"
    assert json.loads(run(file, "--ties", "lexico").stdout)["winners"] == ["b", "a"]
    first = {json.loads(run(file, "--seed", f"{n:02x}").stdout)["winners"][1] for n in range(20)}
    assert first == {"a", "c"}


def test_a_budget_smaller_than_the_floors_is_a_usage_error(tmp_path: Path) -> None:
    file = tmp_path / "published.pb"
    file.write_text(published(), encoding="utf-8")
    result = run(file, "--budget", "30")
    assert result.exit_code == 2
    assert "--budget" in result.stderr


def test_floors_with_cents_are_counted_in_cents() -> None:
    case = read_election(published().replace("vue:40", "vue:40.50"))
    assert case.unit == 100
    assert declared_terms(case).floors[0].budget == 4050


@pytest.mark.parametrize(
    ("good", "bad", "key"),
    [
        ("tie_break;rulebook", "tie_break;dice", "tie_break"),
        ("tie_seed;c0ffee", "tie_seed;coffee", "tie_seed"),
        ("floors;vue:40", "floors;vue", "floors"),
        ("floors;vue:40", "floors;vue:101", "floors"),
        ("floors;vue:40", "floors;vue:20,vue:10", "floors"),
        ("floors;vue:40", "floors;=vue:40", "floors"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_their_line(good: str, bad: str, key: str) -> None:
    text = published()
    assert good in text
    with pytest.raises(PabulibError) as refused:
        read_election(text.replace(good, bad))
    line = 1 + [row.split(";")[0] for row in text.splitlines()].index(key)
    assert (refused.value.line, refused.value.problems[0].values["name"]) == (line, key)
