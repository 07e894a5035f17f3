import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participatory.tally.cli import tally


def run(*arguments: object) -> Result:
    return CliRunner().invoke(tally, [str(argument) for argument in arguments])


def test_one_json_object(elections_folder: Path) -> None:
    file = elections_folder / "lac-bleu-points.pb"
    result = run(file, "--rule", "greedy", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "file": str(file),
        "rule": "greedy",
        "sat": None,
        "completion": None,
        "ties": "lexico",
        "budget": 50,
        "ballots": 4,
        "distinct": 4,
        "winners": ["phare", "banc"],
        "cost": 50,
        "steps": [
            {"project": "phare", "stage": "main", "rho": None},
            {"project": "banc", "stage": "main", "rho": None},
        ],
    }


def test_the_explanation_says_for_each_project_what_was_missing(elections_folder: Path) -> None:
    result = run(elections_folder / "lac-bleu-points.pb", "--rule", "greedy", "--explain", "--json")
    projects = json.loads(result.stdout)["projects"]
    assert projects[1] == {
        "id": "quai",
        "state": "not_funded",
        "reason": "no_money",
        "by": None,
        "rank": 2,
        "stage": None,
        "score": 10,
        "supporters": 3,
        "cost": 30,
        "votes_missing": 2,
        "cost_would_pass": 20,
        "sentence": "When its turn came, not enough was left: it would have been funded with 2 more points, "
        "or at a cost of 20 EUR at most.",
    }
    assert (projects[0]["state"], projects[0]["reason"], projects[0]["stage"]) == ("funded", None, "main")


def test_amounts_with_cents_are_printed_in_the_currency(elections_folder: Path) -> None:
    result = run(elections_folder / "mont-rond-cents.pb", "--rule", "greedy", "--explain", "--json")
    printed = json.loads(result.stdout)
    assert (printed["budget"], printed["cost"]) == (1546.66, 1546.66)
    assert [p["cost"] for p in printed["projects"]] == [1000, 546.66, 546.67]


def test_another_budget_also_with_cents(elections_folder: Path) -> None:
    file = elections_folder / "lac-bleu-points.pb"
    assert json.loads(run(file, "--rule", "greedy", "--json", "--budget", "80").stdout)["cost"] == 80
    tight = json.loads(run(file, "--rule", "greedy", "--json", "--budget", "49,99").stdout)
    assert (tight["budget"], tight["winners"]) == (49.99, ["phare"])


@pytest.mark.parametrize("budget", ["0", "-5", "beaucoup"])
def test_a_budget_that_is_none_is_a_usage_error(elections_folder: Path, budget: str) -> None:
    result = run(elections_folder / "lac-bleu-points.pb", "--rule", "greedy", "--budget", budget)
    assert result.exit_code == 2
    assert "--budget" in result.stderr


def test_a_table_to_read(elections_folder: Path) -> None:
    result = run(elections_folder / "lac-bleu-points.pb", "--rule", "greedy", "--explain")
    assert "2 funded for 50, 0 left" in result.stdout
    assert "not funded (no_money)" in result.stdout
    assert "Le quai aux livres" in result.stdout


def test_the_lot_needs_its_published_seed(elections_folder: Path) -> None:
    file = elections_folder / "val-clair-ties.pb"
    without = run(file, "--rule", "greedy", "--ties", "rulebook")
    assert without.exit_code == 0
    assert "give the published one by --seed" in without.stderr
    assert "(by cost, lot)" in without.stdout
    seeded = run(file, "--rule", "greedy", "--ties", "rulebook", "--seed", "c0ffee", "--round", "r1", "--json")
    assert seeded.stderr == ""
    assert json.loads(seeded.stdout)["ties"] == "rulebook"
    assert run(file, "--rule", "greedy", "--seed", "xyz").exit_code == 2


def test_a_bad_file_leaves_with_2_and_its_lines(tmp_path: Path, elections_folder: Path) -> None:
    good = (elections_folder / "lac-bleu-points.pb").read_text(encoding="utf-8")
    file = tmp_path / "bad.pb"
    file.write_text(good.replace("2;phare;6", "2;plage;6"), encoding="utf-8")
    result = run(file, "--rule", "greedy", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{file}:24: the vote names project 'plage', which is not in the list\n"


def test_a_file_bad_all_over_names_its_first_problems_only(tmp_path: Path, elections_folder: Path) -> None:
    good = (elections_folder / "lac-bleu-points.pb").read_text(encoding="utf-8")
    file = tmp_path / "bad.pb"
    file.write_text(good + "5;plage;1\n" * 50, encoding="utf-8")
    result = run(file, "--rule", "greedy")
    assert result.exit_code == 2
    # Fifty votes for no project of the list, and fifty votes more than META announces.
    assert result.stderr.splitlines()[-1] == "and 31 more problems"


def test_an_unknown_rule_is_answered_with_those_that_exist(elections_folder: Path) -> None:
    result = run(elections_folder / "lac-bleu-points.pb", "--rule", "dictator")
    assert result.exit_code == 2
    assert "'dictator' is not one of 'greedy', 'greedy-per-cost', 'mes', 'phragmen'" in result.stderr


def test_equal_shares_with_their_options(elections_folder: Path) -> None:
    file = elections_folder / "bas-val-raises.pb"
    result = run(file, "--rule", "mes", "--completion", "add1u", "--explain", "--json")
    printed = json.loads(result.stdout)
    assert (printed["rule"], printed["sat"], printed["completion"]) == ("mes", "cost", "add1u")
    assert [(step["project"], step["rho"]) for step in printed["steps"]] == [
        ("piano", "1/2"),
        ("radio", "1/1"),
        ("scene", "1/1"),
        ("train", None),
    ]
    (stage,) = printed["stages"]
    assert (stage["endowment"], stage["step"], stage["k"]) == (29, 1, 4)
    quiz = printed["projects"][-1]
    assert (quiz["id"], quiz["money_left"], quiz["money_missing"], quiz["last_affordable_step"]) == (
        "quiz",
        29,
        1,
        None,
    )
    assert quiz["votes_missing"] is None


@pytest.mark.parametrize(("step", "raises"), [("0.5", 9), ("25%", 0), ("4%", 4), ("1", 4)])
def test_the_raise_in_the_currency_or_in_parts_of_a_share(elections_folder: Path, step: str, raises: int) -> None:
    """At 25 each, 30 is too much: 9 times 0.50, or 4 times 4 % of 25, stay below."""
    options = ("--rule", "mes", "--completion", "add1", "--step", step, "--explain", "--json")
    printed = json.loads(run(elections_folder / "bas-val-raises.pb", *options).stdout)
    assert printed["stages"][0]["k"] == raises


@pytest.mark.parametrize("step", ["0", "-1", "beaucoup", "%"])
def test_a_raise_that_is_none_is_a_usage_error(elections_folder: Path, step: str) -> None:
    result = run(elections_folder / "bas-val-raises.pb", "--rule", "mes", "--step", step)
    assert result.exit_code == 2
    assert "--step" in result.stderr


def test_the_two_rules_of_stopping(elections_folder: Path) -> None:
    options = ("--rule", "mes", "--completion", "add1", "--explain", "--json")
    file = elections_folder / "haut-val-shares.pb"
    stages = [json.loads(run(file, *options, *stop).stdout)["stages"][0] for stop in ((), ("--stop", "exhaustive"))]
    assert [stage["k"] for stage in stages] == [9, 0]


def test_rules_side_by_side(elections_folder: Path) -> None:
    file = elections_folder / "haut-val-shares.pb"
    printed = json.loads(run(file, "--compare", "--json").stdout)
    by_rule = {(each["rule"], each["sat"]): each for each in printed["rules"]}
    assert by_rule["greedy", None]["winners"] == ["atelier", "ballon"]
    assert by_rule["mes", "cost"]["winners"] == ["atelier", "cabane", "drapeau"]
    assert by_rule["phragmen", None]["winners"] == ["drapeau", "atelier", "cabane"]
    assert by_rule["greedy", None]["ballots_with_winner"] == 4
    table = run(file, "--compare")
    assert table.exit_code == 0
    assert "binds nobody" in table.stdout


def test_a_rule_is_asked_for_unless_the_file_says_it(elections_folder: Path) -> None:
    result = run(elections_folder / "haut-val-shares.pb")
    assert result.exit_code == 2
    assert "--rule" in result.stderr


def test_a_file_that_is_not_there() -> None:
    assert run("nowhere.pb", "--rule", "greedy").exit_code == 2
