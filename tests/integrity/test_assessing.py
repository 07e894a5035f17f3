"""From scores to cases, their words, their parameters and the command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from participatory.integrity.assessing import FAMILIES, assess
from participatory.integrity.cli import integrity
from participatory.integrity.detection.grouping import accompanied
from participatory.integrity.events import COLUMNS
from participatory.integrity.rules import USUAL_SIZE, Family, NetworkKind, Parameters
from tests.integrity.making import crowd, events, vote

CROWD = crowd(900)


def farm(size: int = 40, device: str = "one", start: float = 0) -> list:
    return [
        vote(start + 45 * n + n % 5, device=device, network="home-farm", seconds=12.0 + n % 3, client="Odd · X")
        for n in range(size)
    ]


def test_one_family_is_never_enough():
    slow = [vote(86_400 * (n % 9) + 5000 * n % 40_000, device="one") for n in range(60)]
    found = assess(events(CROWD, slow))
    assert all(sum(score > 1 for score in flag.families.values()) >= 2 for flag in found.flagged)


def test_a_farm_is_one_case_with_the_words_of_what_was_seen():
    votes = farm()
    found = assess(events(CROWD, votes))
    assert len(found.cases) == 1
    case = found.cases[0]
    assert set(case.event_ids) == {each.id for each in votes}
    assert case.seen[0].family is Family.DEVICE
    assert case.weight == pytest.approx(sum(flag.score for flag in found.flagged), abs=1)
    for seen in case.seen:
        for text in (seen.said, seen.normal):
            assert set(re.findall(r"%\((\w+)\)s", text)) <= seen.values.keys()
            assert text % seen.values
            assert json.loads(json.dumps(dict(seen.values))) == dict(seen.values)


def test_two_farms_are_two_cases():
    other = [
        vote(400_000 + 45 * n, device="two", network="home-other", seconds=11.0 + n % 4, client="Else · Y")
        for n in range(30)
    ]
    found = assess(events(CROWD, farm(), other))
    assert sorted(case.size for case in found.cases) == [30, 40]


def test_machines_of_hosts_that_wait_as_people_do_are_found_by_taking_the_same_time():
    """Each alone is somebody behind a private network; so many of one browser, all within a few seconds, are not."""
    known = {"network_kind": NetworkKind.HOSTING, "client": "Odd · X"}
    bots = [vote(7_000 * n, network=f"host-{n}", seconds=19 + n % 5, **known) for n in range(90)]
    people = [vote(7_100 * n, network=f"vpn-{n}", seconds=40 + 9 * n, **known) for n in range(12)]
    found = {flag.event_id for flag in assess(events(CROWD, bots, people)).flagged}
    assert len(found & {each.id for each in bots}) > 85
    assert not found & {each.id for each in people}


def test_few_ballots_of_a_campus_that_look_odd_are_left_alone_unless_one_device_cast_them():
    """In a lecture a handful are quick with the same browser; a farm of a campus sends more within the hour."""
    known = {"network": "campus:1", "network_kind": NetworkKind.CAMPUS, "client": "Odd · X"}
    few = [vote(60 * n, **known) for n in range(4)]
    later = [vote(20_000 + 60 * n, **known) for n in range(5)]
    other = [vote(20_010 + 60 * n, **known | {"client": "Else · Y"}) for n in range(4)]
    at_home = [vote(90_000 + n) for n in range(2)]
    hurried = [vote(40_000 + 60 * n, **known) for n in range(9)]
    votes = events(few, later, other, at_home, hurried)
    flagged, nothing = np.ones(len(votes), dtype=bool), np.zeros(len(votes), dtype=bool)
    closer = np.array([name not in {each.id for each in hurried} for name in votes.ids])
    kept = accompanied(votes, flagged, nothing, closer)
    assert {votes.ids[place] for place in np.flatnonzero(kept)} == {each.id for each in (*later, *at_home)}
    assert accompanied(votes, flagged, flagged, nothing).all()


def test_what_stands_alone_is_left_alone():
    few = farm(4)
    assert assess(events(CROWD, few)).flagged == ()


def test_the_name_of_a_case_holds_as_it_grows():
    early, late = farm(30), farm(60)
    late = [two._replace(id=one.id) for one, two in zip(early, late, strict=False)] + late[30:]
    first = assess(events(CROWD, early)).cases[0]
    then = assess(events(CROWD, late)).cases[0]
    assert first.id == then.id
    assert then.size == 60


def test_nothing_is_found_where_nothing_is():
    assert assess(events([])).cases == ()
    assert assess(events(CROWD)).cases == ()


def test_parameters_come_back_from_their_json():
    rules = Parameters(flag_at=5.5, smallest_case=9)
    assert Parameters.from_json(rules.to_json()) == rules
    with pytest.raises(ValueError, match="unknown"):
        Parameters.from_json('{"nothing": 1}')


def test_the_parameters_decide():
    assert assess(events(CROWD, farm()), Parameters(flag_at=40.0)).flagged == ()


def test_more_is_asked_where_more_is_looked_at():
    usual = Parameters()
    assert usual.among(USUAL_SIZE) == usual
    assert usual.among(10 * USUAL_SIZE).operator_offset == pytest.approx(usual.operator_offset + 1)


def written(folder: Path, votes: list) -> Path:
    path = folder / "events.csv"
    lines = [",".join(COLUMNS)]
    lines += [
        f"{each.id},{each.at.isoformat()},{each.person},{each.site},{'' if each.rank is None else each.rank},"
        f"{each.network},{each.network_kind},{each.device},{each.client},{each.seconds},{each.stand}"
        for each in votes
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_the_command_prints_one_object(tmp_path: Path):
    votes = farm()
    path = written(tmp_path, [*CROWD, *votes])
    done = CliRunner().invoke(integrity, ["assess", str(path), "--json"])
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert data["events"] == 940
    assert {each["event_id"] for each in data["flagged"]} == {each.id for each in votes}
    assert data["flagged"][0].keys() == {"event_id", "score", "families", "case"}
    assert data["flagged"][0]["families"].keys() <= {family.value for family in FAMILIES}
    assert [(case["size"], case["id"]) for case in data["cases"]] == [(40, data["flagged"][0]["case"])]
    assert data["cases"][0]["reasons"][0] == "device"


def test_the_command_says_in_words_that_it_decides_nothing(tmp_path: Path):
    done = CliRunner().invoke(integrity, ["assess", str(written(tmp_path, [*CROWD, *farm()]))])
    assert "40 ballots" in done.stdout
    assert "no ballot is set aside by a machine" in done.stdout


def test_every_bad_row_is_named_with_its_line(tmp_path: Path):
    path = written(tmp_path, CROWD[:3])
    lines = path.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace("home,", "moon,", 1)
    lines[3] = lines[3].replace("2027-", "yesterday-", 1)
    lines.append(lines[2])
    path.write_text("\n".join(lines), "utf-8")
    done = CliRunner().invoke(integrity, ["assess", str(path), "--json"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert [line.split(":")[0] for line in done.stderr.splitlines()[1:]] == ["line 2", "line 4", "line 5"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'event_id,at\n"x'])
def test_a_file_that_is_no_list_of_events_is_refused_in_words(tmp_path: Path, content: bytes):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    done = CliRunner().invoke(integrity, ["assess", str(path)])
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr


@pytest.mark.parametrize("text", ["[]", '{"flag_at": "much"}', "{", '{"flag_at": null}'])
def test_parameters_that_make_no_sense_are_refused(tmp_path: Path, text: str):
    given = tmp_path / "parameters.json"
    given.write_text(text, "utf-8")
    done = CliRunner().invoke(integrity, ["assess", str(written(tmp_path, CROWD[:5])), "--parameters", str(given)])
    assert done.exit_code == 2
    assert "parameters cannot be read" in done.stderr


def test_the_command_needs_no_web_application(tmp_path: Path):
    code = (
        "import sys; from participatory.cli import main\n"
        f"try: main(['integrity', 'assess', {str(written(tmp_path, CROWD[:30]))!r}])\n"
        "except SystemExit: pass\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules), 'web'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
