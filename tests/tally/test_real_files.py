"""The count on real Pabulib elections, where their folder is present (it is not part of the repository)."""

import os
from fractions import Fraction
from functools import reduce
from operator import add
from pathlib import Path

import pytest

from participatory.tally.counting import count
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.outcome import Outcome
from participatory.tally.pabulib import read_election, read_file, write_election
from participatory.tally.rules import greedy, run
from participatory.tally.terms import Terms

SHARED = Path(os.environ.get("PARTICIPATORY_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "data" / "pabulib"
FILES = sorted(FOLDER.glob("*.pb"))
if not FILES:
    pytest.skip("left out: the folder of real Pabulib elections is absent", allow_module_level=True)

# Cities whose own rule is not greedy with skipping and a threshold, with what differs.
OTHER_RULES = {"equalshares/add1", "equalshares/add1-comparison", "greedy-custom", "unknown"}
# Wrocław stops at the first project that does not fit; greedy goes on to two smaller ones.
STOPPED_EARLY = {"Poland_Wroclaw_2024.pb"}
# One ballot of this file names a project twice: the file counts it twice, the tally once.
NAMED_TWICE = "US_Stanford_Dataset_Your_Voice_Your_Choice_Parks_and_Streets-_Seattle_2019_District_3_vote_knapsacks.pb"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:60])
def test_a_real_election_is_read_written_and_counted(path: Path) -> None:
    election = read_file(path)
    assert len(election.projects) == int(election.meta["num_projects"])
    assert election.voters == int(election.meta["num_votes"])
    assert read_election(write_election(election)) == election
    outcome = greedy(election)
    assert outcome.cost + outcome.remainder == election.budget
    assert outcome.remainder >= 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:60])
def test_the_scores_are_those_that_the_file_gives(path: Path) -> None:
    election = read_file(path)
    received = {standing.project: standing for standing in count(election)}
    if path.name == NAMED_TWICE:
        return
    for project in election.projects:
        if "votes" in project.extra:
            assert received[project.id].supporters == int(project.extra["votes"])
        # Files of rankings use scales of their own, some as many points as the ballot is long.
        if "score" in project.extra and election.vote_type != "ordinal":
            assert received[project.id].score == int(project.extra["score"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:60])
def test_the_winners_are_those_that_the_city_declared(path: Path) -> None:
    election = read_file(path)
    if election.declared_winners is None or election.meta["rule"] in OTHER_RULES:
        return
    winners = set(greedy(election, Terms(election.budget, threshold=election.threshold)).winners)
    if path.name in STOPPED_EARLY:
        assert winners > election.declared_winners
    else:
        assert winners == election.declared_winners


def test_toulouse_2019() -> None:
    outcome = greedy(read_file(FOLDER / "France_Toulouse_2019.pb"))
    # The file declares no result. By its points the count spends the budget to the last euro.
    assert outcome.winners == ("4", "16", "13", "29", "5", "10", "30", "20", "1", "18", "7", "27", "6", "26")
    assert (outcome.cost, outcome.remainder) == (1_000_000, 0)


def test_toulouse_2022_by_area_and_as_a_whole() -> None:
    areas = [greedy(read_file(path)) for path in FILES if path.name.startswith("France_Toulouse_2022_")]
    whole = greedy(read_file(FOLDER / "France_Toulouse_2022.pb"))
    assert len(areas) == 20
    assert all(area.cost <= 400_000 for area in areas)
    assert whole.budget == sum(area.budget for area in areas) == 8_000_000


# Results that cities published, counted by equal shares with the cost as satisfaction and δ = 1.
WIELICZKA = "Poland_Wieliczka_2023_Green_Budget.pb"


def equal_shares(name: str, completion: Completion = Completion.ADD1, stop: Stop = Stop.OVERSPEND) -> Outcome:
    return run(read_file(FOLDER / name), Method(RuleName.MES, Satisfaction.COST, completion, stop))


@pytest.mark.parametrize(
    ("name", "winners", "cost"),
    [
        ("Poland_Swiecie_2023.pb", 17, 1_040_337),
        ("Netherlands_Assen_2024.pb", 9, 76_700),
        (WIELICZKA, 30, 995_079),
    ],
)
def test_the_official_results_of_equal_shares(name: str, winners: int, cost: int) -> None:
    outcome = equal_shares(name)
    assert set(outcome.winners) == read_file(FOLDER / name).declared_winners
    assert (len(outcome.winners), outcome.cost) == (winners, cost)


def test_wieliczka_stops_at_the_published_raise() -> None:
    (stage,) = equal_shares(WIELICZKA).stages
    assert stage.raises == 164
    assert stage.increment == 1
    assert stage.endowment == Fraction(1_000_000, 6586) + 164
    assert round(float(stage.endowment), 3) == 315.837


def test_wieliczka_by_the_other_rule_of_stopping() -> None:
    outcome = equal_shares(WIELICZKA, stop=Stop.EXHAUSTIVE)
    assert (len(outcome.winners), outcome.cost, outcome.stages[0].raises) == (31, 984_579, 150)
    assert outcome.exhaustive


def test_wieliczka_tells_its_losers_what_the_city_told_them() -> None:
    purses = {project.id: project.purse for project in equal_shares(WIELICZKA).projects}
    taken = {id_: {each.project: each for each in purse.taken} for id_, purse in purses.items() if purse is not None}

    # Project 16 (50,000) was first out of reach with 49,998 left: 6 had taken most, then 70.
    assert purses["16"] is not None
    assert int(purses["16"].left_then) == 49_998
    assert [(each.project, int(each.amount)) for each in purses["16"].largest[:2]] == [("6", 38_774), ("70", 11_784)]
    # Project 21 (100,000) was out of reach once project 6 had taken 40,048 of its supporters' money.
    assert purses["21"] is not None
    assert round(purses["21"].left_then) == 93_873
    assert round(taken["21"]["6"].amount) == 40_048
    # Project 87 (74,000): the city gives what was left one step later, after project 25.
    assert purses["87"] is not None
    assert round(purses["87"].left_then) == 73_556
    assert round(taken["87"]["25"].left_after) == 73_273


# B/n is no number of binary digits here: added up in floating point, the shares are less than B.
@pytest.mark.parametrize(
    ("name", "winner", "completion"),
    [
        ("Poland_Zabrze_2020_Osiedle_Mlodego_Gornika.pb", "P0028", Completion.NONE),
        ("Poland_Zabrze_2020_Osiedle_Mikolaja_Kopernika.pb", "P0052", Completion.ADD1),
    ],
)
def test_a_project_that_costs_exactly_the_budget_is_paid_to_the_last_cent(
    name: str, winner: str, completion: Completion
) -> None:
    election = read_file(FOLDER / name)
    # Added one after the other, as a count in floats would; `sum` of Python 3.12 and later mends the error.
    assert reduce(add, [election.budget / election.voters] * election.voters) < election.budget
    method = Method(RuleName.MES, completion=completion, step=Fraction(1, 100), step_is_share=True)
    outcome = run(election, method)
    assert (outcome.winners, outcome.remainder) == ((winner,), 0)
    assert run(election, Method(RuleName.PHRAGMEN)).winners == (winner,)
