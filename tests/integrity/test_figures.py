"""The figures of detection can be made and told: nothing is said here of how good they are."""

import json
import sys

from participatory.integrity.assessing import Assessment, Case, Flag
from participatory.integrity.rules import Family
from participatory.integrity.simulation.electorate import Electorate, Kind
from participatory.integrity.simulation.files import write_electorate
from participatory.integrity.simulation.making import simulate
from tests.bench import integrity, integrity_words

SMALL = Electorate(voters=2_000, ballots=(20, 30), attacks=(1, 1))


def found():
    cost = {"events": 10, "bare": 0.1, "read": 0.2, "assess": 0.3, "peak_mb": 50}
    more = {"events": 100, "bare": 1.0, "read": 2.0, "assess": 30.0, "peak_mb": 90}
    electorates = [integrity.measured(seed, SMALL) for seed in (1, 2)]
    return {"seed_from": 1, "voters": 2_000, "electorates": electorates, "costs": {10: [cost], 100: [more]}}


def test_the_page_has_every_attacker_and_every_circumstance():
    figures = found()
    page = "\n".join(integrity_words.page(figures))
    for said, _mechanised in integrity_words.ATTACKERS.values():
        assert said in page
    for name in ("ordinary", "lecture", "network: campus", "10 at most", "100.0 times longer", "NOT KEPT"):
        assert name in page
    assert max(len(line) for line in page.splitlines() if not line.startswith("|")) <= 130
    assert "\n".join(integrity_words.tables(figures)) in page


def test_the_figures_can_be_told_as_json():
    assert json.loads(json.dumps(found()))["electorates"][0]["events"] > 100


def test_what_is_flagged_is_counted_against_the_truth():
    made = simulate(1, SMALL)
    farm = [event.id for event in made.events if made.labels[event.id].kind is Kind.WROCLAW]
    lecture = [event.id for event in made.events if made.labels[event.id].kind is Kind.ORDINARY][:3]
    flags = tuple(Flag(each, 5.0, {Family.DEVICE: 3.0, Family.SPEED: 2.0}, "a") for each in (*farm[1:], *lecture))
    cases = (Case("a", tuple(farm[1:]), 5.0, ()), Case("b", tuple(lecture), 5.0, ()))
    counted = integrity.counted(made, Assessment(len(made.events), flags, cases))
    assert counted["attackers"]["wroclaw"] == (len(farm) - 1, len(farm))
    assert counted["attackers"]["one_device"][0] == 0
    assert counted["honest"][0] == counted["circumstances"]["ordinary"][0] == 3
    assert counted["cases"] == {"attacks": 1, "undeclared stands": 0, "honest": 1}
    assert sum(many for _flagged, many in counted["sites"].values()) == counted["honest"][1]
    assert sum(many for _flagged, many in counted["networks"].values()) == counted["honest"][1]


def test_a_network_is_judged_from_enough_ballots_on():
    assert integrity.worst({"few": (10, 20), "many": (1, 400), "more": (0, 4_000)}) == (1, 400)
    assert integrity.worst({"few": (10, 20)}) == (0, 0)


def test_sites_are_told_apart_by_their_size():
    assert [integrity.bucket(size) for size in (30, 199, 8_000)] == ["0 to 99", "100 to 199", "4,000 and more"]


def test_half_of_the_electorates_have_as_many_ballots_as_the_others_have_voters():
    assert integrity.asked(2, 27_000).voters == 27_000
    other = integrity.asked(3, 27_000)
    assert other.turnout[0] == other.turnout[1]
    assert round(other.voters * other.turnout[0]) == 27_000


def test_the_cost_of_a_file_is_measured(tmp_path):
    write_electorate(simulate(1, SMALL), tmp_path)
    cost = integrity.cost(tmp_path / "events.csv")
    assert cost["events"] > 100
    assert cost["peak_mb"] > 1


def test_an_option_that_is_not_given_has_its_usual_value(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bench", "--integrity", "--seed-from", "12"])
    assert integrity.option("--seed-from", 7_000) == 12
    assert integrity.option("--seeds", 20) == 20


def test_the_page_is_written_only_when_asked(monkeypatch, tmp_path):
    page = tmp_path / "page.md"
    monkeypatch.setattr(integrity, "PAGE", page)
    figures = found()
    monkeypatch.setattr(sys, "argv", ["bench", "--integrity"])
    list(integrity.markdown(figures))
    assert not page.exists()
    monkeypatch.setattr(sys, "argv", ["bench", "--integrity", "--write"])
    list(integrity.markdown(figures))
    assert page.read_text("utf-8").startswith("# What detection finds")
