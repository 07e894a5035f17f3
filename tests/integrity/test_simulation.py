"""Electorates that never existed: the same from the same seed, with the truth about every ballot."""

import csv
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from participatory.cli import main
from participatory.core.clock import paris
from participatory.integrity.events import COLUMNS, Events, read_events
from participatory.integrity.rules import NetworkKind
from participatory.integrity.simulation.electorate import ATTACKERS, HONEST, Electorate, Kind, Naming
from participatory.integrity.simulation.files import write_electorate
from participatory.integrity.simulation.making import simulate

USUAL = Electorate()
SMALL = Electorate(voters=3_000, ballots=(20, 30), attacks=(1, 1))
SEEDS = range(40, 46)


@cache
def electorate(seed, asked=USUAL):
    return simulate(seed, asked)


def by_group(simulated):
    groups = {}
    for event in simulated.events:
        groups.setdefault(simulated.labels[event.id].group, []).append(event)
    groups.pop("")
    return groups


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_electorate(simulate(12, SMALL), tmp_path / name)
    for file in ("events.csv", "labels.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_another_seed_is_another_electorate():
    found = [electorate(seed) for seed in SEEDS]
    assert len({len(each.events) for each in found}) == len(SEEDS)
    assert len({each.events[0].person for each in found}) == len(SEEDS)


def test_what_is_written_is_read_again_as_it_was_made(tmp_path):
    made = simulate(12, SMALL)
    write_electorate(made, tmp_path)
    with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS
    read, kept = read_events(tmp_path / "events.csv"), Events.of(made.events)
    assert read.ids == kept.ids
    assert read.names == kept.names
    for column in ("at", "person", "site", "rank", "network", "kind_code", "device", "client", "seconds", "stand"):
        np.testing.assert_array_equal(getattr(read, column), getattr(kept, column))


def test_labels_say_the_truth_about_every_ballot(tmp_path):
    made = simulate(12, SMALL)
    write_electorate(made, tmp_path)
    with (tmp_path / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["event_id"] for row in rows] == [event.id for event in made.events]
    assert {row["label"] for row in rows} <= set(Kind)
    assert all(row["group"].startswith(row["label"]) or not row["group"] for row in rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_as_many_vote_as_the_parameters_ask(seed):
    made = electorate(seed)
    honest = sum(label.honest for label in made.labels.values())
    assert len(made.sizes) == USUAL.sites
    assert 0.98 * USUAL.voters < sum(made.sizes.values()) < 1.02 * USUAL.voters
    assert USUAL.turnout[0] * 0.9 < honest / USUAL.voters < USUAL.turnout[1] * 1.05
    assert honest > 0.7 * len(made.events)
    days = {paris(event.at).date() for event in made.events}
    assert USUAL.days[0] <= len(days) <= USUAL.days[1]
    assert max(made.sizes.values()) > 4_000
    assert sum(30 <= size <= 200 for size in made.sizes.values()) >= 20


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_votes_twice_but_those_whom_a_farm_made_vote_twice(seed):
    made = electorate(seed)
    times = Counter(event.person for event in made.events)
    twice = {event.person for event in made.events if made.labels[event.id].kind is Kind.DOUBLE}
    assert {person for person, many in times.items() if many > 1} == twice
    assert max(times.values()) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_place_in_a_list_belongs_to_one_person(seed):
    made = electorate(seed)
    places = {(event.site, event.rank, event.person) for event in made.events if event.rank is not None}
    assert len({(site, rank) for site, rank, _person in places}) == len(places)
    assert all(1 <= event.rank <= made.sizes[event.site] for event in made.events if event.rank is not None)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_attacker_is_there_with_the_ballots_asked_for(seed):
    made = electorate(seed)
    attacks = {group: events for group, events in by_group(made).items() if group in made.manners}
    assert {made.labels[events[0].id].kind for events in attacks.values()} == set(ATTACKERS)
    low, high = USUAL.ballots
    for group, events in attacks.items():
        # A list may be shorter than the appetite, and the slow attacker has only so many days.
        assert 10 <= len(events) <= high, group
    assert sum(len(events) >= 20 for events in attacks.values()) >= 0.8 * len(attacks)
    assert low > 20


def test_honest_people_are_in_every_circumstance():
    kinds = Counter(label.kind for seed in SEEDS for label in electorate(seed).labels.values())
    assert all(kinds[kind] for kind in HONEST if kind is not Kind.CLASS)
    assert kinds[Kind.ORDINARY] > 0.5 * sum(kinds.values())


def test_some_attackers_are_content_with_little():
    made = simulate(3, replace(USUAL, modest=1.0))
    sizes = [len(events) for group, events in by_group(made).items() if group in made.manners]
    assert max(sizes) <= 30


def test_an_attacker_alone_may_be_asked_for():
    made = simulate(3, replace(SMALL, attackers=(Kind.WROCLAW,)))
    (group,) = made.manners
    events = by_group(made)[group]
    assert len({event.network for event in events}) <= len({paris(event.at).date() for event in events})
    assert {event.network_kind for event in events} == {NetworkKind.HOME}
    assert len({event.person for event in events}) == len(events)


def test_an_insider_works_one_ballot_after_the_other_on_the_campus():
    made = simulate(3, replace(USUAL, attackers=(Kind.INSIDER,), unknown_campus=False, coarse=False))
    for group in made.manners:
        events = by_group(made)[group]
        assert {event.network_kind for event in events} == {NetworkKind.CAMPUS}
        for one, next_ in pairwise(events):
            assert (next_.at - one.at).total_seconds() > next_.seconds - 0.1


def test_a_declared_stand_is_one_device_that_says_so_and_an_undeclared_one_does_not():
    for events in by_group(electorate(SEEDS[0])).values():
        kind = electorate(SEEDS[0]).labels[events[0].id].kind
        if kind in {Kind.STAND, Kind.UNDECLARED_STAND}:
            assert len({event.device for event in events} - {""}) == 1
            assert 20 <= len(events) <= 300
            assert all(bool(event.stand) is (kind is Kind.STAND) for event in events)
        else:
            assert not any(event.stand for event in events)


def test_a_lecture_lasts_minutes_on_one_campus():
    lectures = [
        events
        for seed in SEEDS
        for events in by_group(electorate(seed)).values()
        if electorate(seed).labels[events[0].id].kind is Kind.LECTURE
    ]
    assert lectures
    for events in lectures:
        assert (events[-1].at - events[0].at).total_seconds() <= 15 * 60
        assert len({event.network for event in events if event.network_kind is NetworkKind.CAMPUS}) == 1


def test_a_campus_that_nobody_declared_passes_for_a_home():
    known, unknown = (simulate(5, replace(USUAL, unknown_campus=each)) for each in (False, True))
    changed = [
        (one.network_kind, other.network_kind)
        for one, other in zip(known.events, unknown.events, strict=True)
        if one.network_kind is not other.network_kind
    ]
    assert set(changed) == {(NetworkKind.CAMPUS, NetworkKind.HOME)}


def test_a_clock_may_be_one_of_seconds():
    made = simulate(5, replace(SMALL, coarse=True))
    assert not any(event.at.microsecond for event in made.events)


@pytest.mark.parametrize("naming", Naming)
def test_networks_are_named_as_asked(naming):
    made = simulate(5, replace(SMALL, naming=naming))
    campus = {}
    for event in made.events:
        if event.network_kind is NetworkKind.CAMPUS:
            campus.setdefault(event.network, set()).add(paris(event.at).date())
    lasting = max(len(days) for days in campus.values()) > 1
    assert lasting is (naming is not Naming.DAILY)
    assert all(name.startswith("campus:") for name in campus) is (naming is Naming.RANGES)


def test_a_browser_always_keeps_its_cookie_where_that_is_asked():
    made = simulate(5, replace(SMALL, cookies=1.0))
    assert all(event.device for event in made.events if made.labels[event.id].honest)


def test_names_do_not_give_the_attackers_away():
    made = electorate(SEEDS[0])
    for column in ("id", "person", "device"):
        assert {len(getattr(event, column)) for event in made.events} <= {0, 16}
    order = sorted(event.id for event in made.events)
    places = [place for place, each in enumerate(order) if not made.labels[each].honest]
    assert 0.4 < np.mean(places) / len(order) < 0.6


def test_a_very_small_electorate_can_be_made():
    assert simulate(1, Electorate(voters=500)).events


def test_the_command_writes_both_files_without_the_web(tmp_path):
    result = CliRunner().invoke(
        main, ["integrity", "simulate", "--seed", "4", "--out", str(tmp_path), "--voters", "600"]
    )
    assert result.exit_code == 0, result.output
    assert len(read_events(tmp_path / "events.csv")) == int(result.output.split()[0])
    assert "participatory.integrity.cli" in sys.modules


def test_the_command_refuses_an_electorate_of_nobody(tmp_path):
    result = CliRunner().invoke(main, ["integrity", "simulate", "--seed", "4", "--out", str(tmp_path), "--voters", "3"])
    assert result.exit_code == 2
