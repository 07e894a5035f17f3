import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participatory.opinion.cli import opinion
from tests.opinion.making import Cast, conversation, noise

KEYS = [
    "participants",
    "eligible",
    "statements",
    "verdict",
    "reason",
    "k",
    "silhouette",
    "null_p95",
    "stability_mean",
    "stability_min",
    "groups",
    "consensus",
    "majority",
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(opinion, [str(argument) for argument in arguments])


def write(folder: Path, cast: Cast) -> Path:
    """Votes in the exported format; participants become numbers, as there."""
    numbers = {person: number for number, person in enumerate(dict.fromkeys(person for person, *_ in cast))}
    rows = [f"1,Mon,{statement},{numbers[person]},{vote}\n" for person, statement, vote in cast]
    file = folder / "votes.csv"
    file.write_text("timestamp,datetime,comment-id,voter-id,vote\n" + "".join(rows))
    return file


def comments(folder: Path, *, moderated_out: int = 3) -> Path:
    file = folder / "comments.csv"
    rows = [f"1,Mon,{n},0,0,0,{-1 if n == moderated_out else 1},Statement {n}\x1b[31m\n" for n in range(20)]
    file.write_text("timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n" + "".join(rows))
    return file


def test_one_json_object_with_the_keys_of_the_specification(tmp_path: Path) -> None:
    file = write(tmp_path, conversation(1, (30, 20)))
    result = run(file, "--comments", comments(tmp_path), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert list(told) == KEYS
    assert (told["participants"], told["eligible"], told["statements"], told["verdict"]) == (50, 50, 19, "groups")
    assert [(group["id"], group["size"]) for group in told["groups"]] == [(0, 30), (1, 20)]
    assert told["groups"][0]["members"] == list(range(30))
    assert list(told["groups"][0]["representative"][0]) == ["statement", "direction", "pa", "pat", "ra", "rat"]
    assert 3 not in {each["statement"] for each in told["consensus"]}
    assert len(told["consensus"]) == 19


def test_no_stable_groups_is_said_plainly(tmp_path: Path) -> None:
    file = write(tmp_path, noise(2, 40))
    told = json.loads(run(file, "--json").stdout)
    assert (told["verdict"], told["groups"], told["consensus"]) == ("none", [], [])
    assert told["reason"]
    assert "Pas de groupes stables" in run(file).stdout


def test_groups_given(tmp_path: Path) -> None:
    file = write(tmp_path, conversation(1, (6, 4)))
    members = tmp_path / "members.csv"
    members.write_text("participant,group\n" + "".join(f"{n},{int(n > 5)}\n" for n in range(10)))
    told = json.loads(run(file, "--members-file", members, "--json").stdout)
    assert [group["members"] for group in told["groups"]] == [list(range(6)), [6, 7, 8, 9]]
    assert (told["k"], told["null_p95"], told["stability_mean"]) == (2, None, None)


def test_the_text_has_the_words_and_nobody(tmp_path: Path) -> None:
    result = run(write(tmp_path, conversation(1, (30, 20))), "--comments", comments(tmp_path))
    assert "Group 0: 30 people" in result.stdout
    assert "Statement" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("option", ["", "--comments", "--members-file"])
def test_an_error_in_a_file_is_said_with_its_line(tmp_path: Path, option: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("comment-id,voter-id,vote,moderated,comment-body,participant,group\n1,1,9,9,x,unknown,1\n")
    good = write(tmp_path, noise(2, 3))
    result = run(*([good, option, bad] if option else [bad]))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{bad}:2: ")


def test_the_command_runs_without_the_web(tmp_path: Path) -> None:
    file = write(tmp_path, conversation(1, (4, 4)))
    program = (
        "import sys; from participatory.cli import main; "
        "main(['opinion', sys.argv[1]], standalone_mode=False); "
        "sys.exit('flask' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=True, stdout=subprocess.DEVNULL)
