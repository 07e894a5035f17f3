"""Frauds that really happened to others, and honest crowds that look like them. See incidents/README.md."""

import csv
import dataclasses
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from participatory.integrity.assessing import Assessment, Case, Flag, assess
from participatory.integrity.events import COLUMNS, Events, read_events
from participatory.integrity.rules import Family
from tests.integrity.incidents.book import FOLDER, Dice
from tests.integrity.incidents.write import HONEST, INCIDENTS

CROWDS = [
    ("campus-life", "lecture"),
    ("campus-life", "class"),
    ("campus-life", "library"),
    ("campus-life", "stand"),
    ("evening", "hall"),
    ("evening", "carrier"),
    ("evening", "nurses"),
    ("evening", "blind voter"),
]

# How many people or machines did it, hence how many cases may hold it; and what must be said of it: one of each group.
NIGHTS_OR_HANDS = {"courbevoie": 3, "guimaraes": 1, "wroclaw": 2, "ciechanow": 2, "santomera": 2, "gers": 3}
REASONS: dict[str, list[set[Family]]] = {
    "courbevoie": [{Family.DEVICE}, {Family.NETWORK, Family.OPERATOR}],
    "guimaraes": [{Family.NIGHT}, {Family.ADJACENCY}, {Family.NETWORK, Family.OPERATOR, Family.RHYTHM}],
    "wroclaw": [{Family.NETWORK, Family.OPERATOR}, {Family.RHYTHM, Family.DEVICE}],
    "ciechanow": [{Family.ADJACENCY}, {Family.OPERATOR, Family.RHYTHM}],
    "santomera": [{Family.DEVICE}, {Family.NETWORK, Family.OPERATOR}],
    "gers": [{Family.SPEED}, {Family.CLIENT, Family.NETWORK, Family.NIGHT, Family.RHYTHM}],
}


@cache
def assessed(name: str) -> Assessment:
    return assess(read_events(FOLDER / f"{name}.csv"))


@cache
def expected(name: str, column: str = "must") -> dict[str, str]:
    with (FOLDER / f"{name}.expected.csv").open(encoding="utf-8", newline="") as file:
        return {row["event_id"]: row[column] for row in csv.DictReader(file)}


def those(name: str, must: str) -> set[str]:
    return {event for event, word in expected(name).items() if word == must}


def found(name: str) -> set[str]:
    return {flag.event_id for flag in assessed(name).flagged}


def cases_of_the_incident(name: str) -> list[Case]:
    """The cases that hold some of it, the one that holds most first."""
    farm = those(name, "flagged")
    held = [(len(farm.intersection(case.event_ids)), case) for case in assessed(name).cases]
    return [case for number, case in sorted(held, key=lambda each: -each[0]) if number]


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(rows: list[dict[str, str]], folder: Path) -> Path:
    path = folder / "events.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("name", INCIDENTS | HONEST)
def test_a_file_is_what_its_maker_writes_and_stays_small(name: str) -> None:
    book = (INCIDENTS | HONEST)[name]()
    assert (FOLDER / f"{name}.csv").read_text(encoding="utf-8") == book.events()
    assert (FOLDER / f"{name}.expected.csv").read_text(encoding="utf-8") == book.expected()
    assert len(book.events()) < 120_000


@pytest.mark.parametrize("name", INCIDENTS | HONEST)
def test_a_file_says_what_must_become_of_each_of_its_events(name: str) -> None:
    events = read_events(FOLDER / f"{name}.csv")
    assert set(events.ids) == expected(name).keys()
    assert assessed(name).events == len(events)


@pytest.mark.parametrize("name", INCIDENTS)
def test_ninety_five_in_a_hundred_votes_of_an_incident_are_found(name: str) -> None:
    farm = those(name, "flagged")
    assert len(farm & found(name)) >= 0.95 * len(farm)


@pytest.mark.parametrize("name", INCIDENTS | HONEST)
def test_nobody_honest_is_flagged(name: str) -> None:
    wrong = Counter(expected(name, "what")[event] for event in found(name) & those(name, "clear"))
    # Who votes on the insider's own network, between two of their votes, cannot be told from them.
    assert wrong.pop("colleague", 0) <= 2
    assert wrong == {}


@pytest.mark.parametrize(("name", "crowd"), CROWDS)
def test_an_honest_crowd_stays_clear(name: str, crowd: str) -> None:
    people = {event for event, what in expected(name, "what").items() if what == crowd}
    assert people
    assert not people & found(name)


@pytest.mark.parametrize("name", HONEST)
def test_where_everybody_is_honest_there_is_nothing_to_read(name: str) -> None:
    assert assessed(name).cases == ()


@pytest.mark.parametrize("name", INCIDENTS)
def test_few_cases_hold_most_of_an_incident(name: str) -> None:
    farm = those(name, "flagged")
    largest = cases_of_the_incident(name)[: NIGHTS_OR_HANDS[name]]
    held = {event for case in largest for event in case.event_ids}
    assert len(farm & held) >= 0.8 * len(farm)


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_reasons_of_a_case_are_those_that_one_expects(name: str) -> None:
    seen = {each.family for case in cases_of_the_incident(name) for each in case.seen}
    for group in REASONS[name]:
        assert seen & group, f"{name}: none of {sorted(group)} among {sorted(seen)}"


@pytest.mark.parametrize("name", INCIDENTS)
def test_half_of_a_case_is_flagged_by_two_families_at_least_each(name: str) -> None:
    """The others are there because of the group; nobody is there for one family's sake alone."""
    flags = {flag.event_id: flag for flag in assessed(name).flagged}
    for case in assessed(name).cases:
        held = [flags[event] for event in case.event_ids if event in flags]
        alone = [flag for flag in held if flag.score >= 4 and sum(score > 1 for score in flag.families.values()) >= 2]
        assert len(alone) >= len(case.event_ids) / 2, case.id


@pytest.mark.parametrize("name", INCIDENTS)
def test_flags_and_cases_agree(name: str) -> None:
    held = {event: case.id for case in assessed(name).cases for event in case.event_ids}
    for flag in assessed(name).flagged:
        assert flag.case == held.get(flag.event_id, ""), flag


@pytest.mark.parametrize("name", INCIDENTS | HONEST)
def test_the_order_of_the_rows_changes_nothing(name: str, tmp_path: Path) -> None:
    dice = Dice("shuffled")
    rows = sorted(rows_of(name), key=lambda _: dice.number())
    assert assess(read_events(written(rows, tmp_path))) == assessed(name)


@pytest.mark.parametrize("name", INCIDENTS)
def test_what_an_event_is_called_changes_nothing(name: str, tmp_path: Path) -> None:
    other = {event: f"z{9999 - number}" for number, event in enumerate(expected(name))}
    rows = [{**row, "event_id": other[row["event_id"]]} for row in rows_of(name)]
    flagged = {flag.event_id for flag in assess(read_events(written(rows, tmp_path))).flagged}
    assert flagged == {other[event] for event in found(name)}


@pytest.mark.parametrize("name", INCIDENTS | HONEST)
def test_what_networks_browsers_and_places_are_called_changes_nothing(name: str, tmp_path: Path) -> None:
    rows = rows_of(name)
    for row in rows:
        for column in ("person", "site", "network", "device", "client", "stand"):
            row[column] = row[column] and sha256(f"{column} {row[column]}".encode()).hexdigest()[:16]
    flagged = {flag.event_id for flag in assess(read_events(written(rows, tmp_path))).flagged}
    assert flagged == found(name)


@pytest.mark.parametrize("column", ["roll_rank", "network", "device", "client", "seconds"])
@pytest.mark.parametrize("name", HONEST)
def test_what_is_not_known_accuses_nobody(name: str, column: str, tmp_path: Path) -> None:
    rows = [{**row, column: ""} for row in rows_of(name)]
    flagged = {flag.event_id for flag in assess(read_events(written(rows, tmp_path))).flagged}
    assert Counter(expected(name, "what")[event] for event in flagged) == {}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_round_that_hardly_began_has_no_case(number: int, tmp_path: Path) -> None:
    assessment = assess(read_events(written(rows_of("gers")[:number], tmp_path)))
    assert assessment == Assessment(number, (), ())


@pytest.mark.parametrize("name", INCIDENTS)
def test_an_incident_is_found_before_the_round_is_over(name: str) -> None:
    last = {"guimaraes": 9, "courbevoie": 8, "wroclaw": 8, "gers": 8}.get(name, 6)
    events = read_events(FOLDER / f"{name}.csv")
    kept = events.at < events.at.min() + last * 86_400
    flagged = {flag.event_id for flag in assess(_first(events, int(kept.sum()))).flagged}
    farm = those(name, "flagged").intersection(events.ids[: int(kept.sum())])
    assert len(farm & flagged) >= 0.9 * len(farm)


def test_an_assessment_says_what_was_seen_and_nothing_of_what_becomes_of_a_ballot() -> None:
    """A machine sets nothing aside: it has no word for it."""
    assert [each.name for each in dataclasses.fields(Flag)] == ["event_id", "score", "families", "case"]
    assert [each.name for each in dataclasses.fields(Case)] == ["id", "event_ids", "weight", "seen"]
    assert [each.name for each in dataclasses.fields(Assessment)] == ["events", "flagged", "cases"]


def test_an_assessment_leaves_the_events_as_they_were() -> None:
    events = read_events(FOLDER / "wroclaw.csv")
    before = {each.name: repr(getattr(events, each.name)) for each in dataclasses.fields(Events)}
    assess(events)
    assert {each.name: repr(getattr(events, each.name)) for each in dataclasses.fields(Events)} == before


def _first(events: Events, number: int) -> Events:
    columns = {
        each.name: getattr(events, each.name)[:number]
        for each in dataclasses.fields(Events)
        if each.name not in {"kind", "names"}
    }
    return dataclasses.replace(events, **columns)
