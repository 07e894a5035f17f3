"""A real round of each kind of ballot is published as a bundle, which the verifier accepts and another extends."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.ballots.models import UrnState
from participatory.ballots.queries import step_of
from participatory.bundles.cli import publish
from participatory.bundles.writing import kept as keep_file
from participatory.bundles.writing import zipped
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.proposals.linked import LinkKind, ProjectLink, ProjectLinkMember
from participatory.removals.actions import remove
from participatory.results.urn_file import urn_file
from participatory.rounds.rulebook import BallotKind
from participatory.rounds.rules import Phase
from participatory.urn.sealing import fingerprint
from participatory.urn.shares import split
from participatory.verification.urn_cli import open_command
from tests.bundles.making import finished
from tests.factories import KEY, add_voter, deposit_ballot, make_person, make_proposal, make_round, move_round
from tests.results.making import World, bring_out, count, voted_round


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, without this application."""
    start = "from participatory.cli import main; main()"
    return subprocess.run([sys.executable, "-c", start, *arguments], capture_output=True, text=True, check=False)


def write(app: Flask, world: World, folder: Path, *options: str) -> Path:
    done = app.test_cli_runner().invoke(publish, [world.round.slug, "--to", str(folder), *options])
    assert done.exit_code == 0, done.output
    return folder


@pytest.mark.parametrize("kind", BallotKind)
def test_a_round_of_each_kind_is_published_and_verified(app: Flask, tmp_path: Path, kind: BallotKind) -> None:
    world = finished(kind)
    first = write(app, world, tmp_path / "first")
    verified = run("verify", str(first))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    later = write(app, world, tmp_path / "later", "--upto", "now")
    compared = run("verify-diff", str(first), str(later))
    assert compared.returncode == 0, compared.stdout + compared.stderr
    assert run("verify", str(later)).returncode == 0
    manifest = json.loads((first / "manifest.json").read_text())
    assert (manifest["void"], manifest["trackers_blanked"], manifest["seal"]["paper"]) == (1, 3, 1)
    assert manifest["seal"]["set_aside"] == 1
    assert [contest["key"] for contest in manifest["contests"]] == ["main", "albi"]


def test_a_round_with_links_between_projects_is_published_and_verified(app: Flask, tmp_path: Path) -> None:
    round_ = make_round(Phase.VOTING, min_votes=0)
    one, two, three, four = (make_proposal(round_, title=f"Projet {number}") for number in range(4))
    person = make_person(roles=(Role.APPRAISER,))
    with transaction():
        facts = {"fingerprint": fingerprint(KEY.public), "trustees": 3, "threshold": 2}
        record(Verb.KEY_CREATED, person.public_id, now(), round=round_.public_id, **facts)
    for kind, projects in ((LinkKind.INCOMPATIBLE, (one, two)), (LinkKind.REQUIRES, (three, four))):
        with transaction():
            link = ProjectLink(
                round_id=round_.id, kind_code=kind.value, reason="La même salle.", declared_by_id=person.id,
                declared_at=now(),
            )  # fmt: skip
            link.members = [
                ProjectLinkMember(proposal_id=each.id, position=place) for place, each in enumerate(projects)
            ]
            db.session.add(link)
    for chosen in ((one,), (one, two), (three,), (one, three)):
        voter = make_person()
        add_voter(round_, voter)
        deposit_ballot(round_, voter, [each.public_id for each in chosen])
    officer = make_person(roles=(Role.OFFICER,))
    with transaction():
        remove(four.public_id, "Son terrain vient d’être vendu.", officer, now(), link="")
    move_round(round_, Phase.RESULTS)
    world = bring_out(count(World(round_, {}, person)))
    folder = write(app, world, tmp_path / "linked")
    verified = run("verify", str(folder))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    rows = (folder / "links.csv").read_text().splitlines()[1:]
    assert len(rows) == 3
    result = json.loads((folder / "result.json").read_text())
    found = {each["id"]: (each["state"], each["reason"], each["by"]) for each in result["projects"]}
    assert found[two.public_id][1:] == ("incompatible", one.public_id)
    # What requires a project that left has left with it, and its choices are not counted.
    assert three.public_id not in found
    assert f",{three.title}," in (folder / "projects.csv").read_text()
    (folder / "links.csv").unlink()
    assert run("verify", str(folder)).returncode != 0


def test_the_same_publication_always_gives_the_same_bytes(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    world = finished(BallotKind.APPROVAL)
    folder = write(app, world, tmp_path / "first")
    address = f"/budgets/{world.round.slug}/resultats/dossier.zip"
    with client.get(address) as answer:
        assert answer.status_code == 200
        data = answer.data
    (app.extensions["config"].instance / "bundles").joinpath(next(iter(kept(app))).name).unlink()
    with client.get(address) as answer:
        assert answer.data == data
    file = tmp_path / "dossier.zip"
    file.write_bytes(data)
    with zipfile.ZipFile(file) as archive:
        names = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert names == {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
    assert run("verify", str(file)).returncode == 0


def test_two_who_ask_first_at_once_each_have_a_whole_file_and_one_is_kept(tmp_path: Path) -> None:
    path, both_make, answers = tmp_path / "bundles" / "round.zip", threading.Barrier(2, timeout=30), []
    files = {"manifest.json": b"{}" * 5000, "ballots.csv": b"a,b\n" * 5000}

    def make() -> bytes:
        both_make.wait()
        return zipped(files, "dossier")

    def ask() -> None:
        answers.append(keep_file(path, make).read_bytes())

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [zipped(files, "dossier")] * 2
    assert list(path.parent.iterdir()) == [path]
    assert keep_file(path, lambda: b"made again").read_bytes() == answers[0]


def test_a_file_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise OSError("no space left")

    path = tmp_path / "bundles" / "round.zip"
    with pytest.raises(OSError, match="no space"):
        keep_file(path, fail)
    assert not list(path.parent.iterdir())


def kept(app: Flask) -> list[Path]:
    return list((app.extensions["config"].instance / "bundles").iterdir())


def test_a_bundle_bears_no_name_and_no_hour_of_a_ballot(app: Flask, tmp_path: Path) -> None:
    folder = write(app, finished(BallotKind.POINTS), tmp_path / "bundle")
    for line in (folder / "journal.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row.get("verb", "").startswith("ballot."):
            assert row["at"].endswith("T00:00:00.000000+00:00")
            assert row["actor"] == "system"
        assert "identity" not in row.get("verb", "")
    everything = b"".join(path.read_bytes() for path in folder.rglob("*.*"))
    assert b"@" not in everything
    assert b"Personne " not in everything


def test_there_is_no_bundle_before_the_publication(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    world = count(voted_round())
    assert client.get(f"/budgets/{world.round.slug}/resultats/dossier.zip").status_code == 404
    done = app.test_cli_runner().invoke(publish, [world.round.slug, "--to", str(tmp_path / "early")])
    assert done.exit_code == 1
    assert not (tmp_path / "early").exists()


def test_a_folder_that_holds_something_is_left_alone(app: Flask, tmp_path: Path) -> None:
    world = finished(BallotKind.APPROVAL)
    (tmp_path / "mine").write_text("keep")
    done = app.test_cli_runner().invoke(publish, [world.round.slug, "--to", str(tmp_path)])
    assert done.exit_code == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine"]


def test_a_trustee_who_opens_the_urn_elsewhere_finds_the_same_digests(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    world = finished(BallotKind.RANKING)
    file = tmp_path / "urne.json"
    file.write_text(urn_file(world.round), encoding="utf-8")
    shares = tmp_path / "shares"
    shares.write_text("\n".join(split(KEY.private, 3, 2)[1:]))
    done = run("open-urn", str(file), "--shares", str(shares), "--json")
    assert done.returncode == 0, done.stderr
    figures = step_of(world.round, UrnState.COUNTED).figures
    found = json.loads(done.stdout)
    assert (found["digest"], found["tables"]) == (figures["ballots"], figures["tables"])
    assert (found["void"], found["blanked"]) == (1, 3)
    other = app.test_cli_runner().invoke(open_command, [str(file)], input="\n")
    assert other.exit_code == 1
    assert "No share was given" in other.output
    assert "Aucune part" not in other.output
    text = file.read_text()
    file.write_text(text.replace("Vélos", "Vélo", 1))
    assert run("open-urn", str(file), "--shares", str(shares)).returncode == 1
    # The area of a voter is in no receipt: changed, it gives digests on which two trustees do not agree.
    content = json.loads(text)
    content["ballots"] = [[receipt, "", sealed] for receipt, _area, sealed in content["ballots"]]
    file.write_text(json.dumps(content))
    again = run("open-urn", str(file), "--shares", str(shares), "--json")
    assert json.loads(again.stdout)["digest"] != found["digest"]
