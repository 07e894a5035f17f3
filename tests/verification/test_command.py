"""The commands: what they print, their exit codes, zips, and that they need no web application."""

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from click.testing import CliRunner

from participatory.checkpoints.rules import Signed, block
from participatory.verification.canonical import compact, digest_of, parse
from participatory.verification.cli import verify, verify_diff
from tests.house.source import ROOT
from tests.verification.making import KINDS, World, forged, rulebook, write_files


def run(*arguments, command=verify):
    return CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def folder(files, tmp_path):
    return write_files(files, tmp_path / "bundle")


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_of_each_kind_of_ballot_passes_the_ten_checks(kind, each_kind, tmp_path):
    answer = run(write_files(each_kind[kind], tmp_path))
    assert answer.exit_code == 0
    assert answer.output.count("✓") == 10
    assert answer.output.endswith("All ten checks pass.\n")


def test_each_check_says_what_it_compared(folder):
    lines = run(folder).output.splitlines()
    assert lines[4].startswith("✓  5. The receipts are sorted, unique, and have the sealed root (25 receipts")
    assert "24 signatures − 2 set aside + 3 on paper = 25 sealed ballots, of which 1 void" in lines[5]
    assert all(line.startswith(f"✓ {number:>2}. ") for number, line in enumerate(lines[:10], start=1))


def test_a_faulty_bundle_is_told_in_words_and_by_the_exit_code(folder):
    (folder / "paper.csv").write_text("batch,stand,issued,used,spoiled,returned\n")
    answer = run(folder)
    assert answer.exit_code == 11
    assert "✗  1. Every file is the one that the manifest lists" in answer.output
    assert "paper.csv is not the file that the manifest was made for" in answer.output
    assert "✗  6. The counts reconcile" in answer.output
    assert "Failed: 1, 6." in answer.output


@pytest.mark.parametrize("name", ["receipts.txt", "journal.jsonl", "manifest.json"])
def test_the_exit_code_is_ten_and_the_number_of_the_first_check_that_fails(name, folder, files, world):
    data = b"".join(reversed(files[name].splitlines(keepends=True)))
    altered = files | {name: data}
    number = {"receipts.txt": 5, "journal.jsonl": 2, "manifest.json": 1}[name]
    write_files(altered if name == "manifest.json" else forged(altered, world.signing), folder)
    assert run(folder).exit_code == 10 + number


def test_the_answer_as_an_object_holds_every_check(folder):
    (folder / "receipts.txt").unlink()
    answer = run(folder, "--json")
    said = json.loads(answer.output)
    assert (answer.exit_code, said["exit"], said["valid"], said["bundle"]) == (11, 11, False, "bundle")
    assert [each["number"] for each in said["checks"]] == list(range(1, 11))
    assert [each["number"] for each in said["checks"] if not each["passed"]] == [1, 5, 6]
    assert said["checks"][4]["faults"] == ["receipts.txt is missing."]


def test_an_observer_gives_the_checkpoints_that_came_by_mail(folder, files, tmp_path):
    kept = tmp_path / "mailed.json"
    kept.write_bytes(files[max(name for name in files if name.startswith("checkpoints/"))])
    assert run(folder, "--checkpoint", kept).exit_code == 0
    kept.write_bytes(kept.read_bytes().replace(b'"position":', b'"position":1'))
    answer = run(folder, "--checkpoint", kept, "--checkpoint", kept)
    assert answer.exit_code == 13
    assert "mailed.json (row 1" in answer.output
    assert ") does not bear the signature of what it says" in answer.output


@pytest.mark.parametrize("how", ["letter", "forwarded", "message", "list"])
def test_a_checkpoint_is_read_as_it_was_kept(how, folder, files, tmp_path):
    said = parse(files[max(name for name in files if name.startswith("checkpoints/"))])
    letter = f"Bonjour,\n\nVoici le point de contrôle.\n\n{block(Signed(**said))}\n"
    message = EmailMessage()
    message["Subject"] = "Point de contrôle"
    message.set_content(letter, cte="base64")
    kept = tmp_path / "kept"
    kept.write_bytes(
        {
            "letter": letter.encode(),
            "forwarded": "".join(f"> > {line}\r\n" for line in letter.splitlines()).encode(),
            "message": message.as_bytes(),
            "list": json.dumps([said, said]).encode(),
        }[how]
    )
    assert run(folder, "--checkpoint", kept).exit_code == 0
    other = write_files(World(rulebook("approval"), voters=24, seed=8).files(), tmp_path / "rewritten")
    answer = run(other, "--checkpoint", kept)
    assert answer.exit_code == 14
    assert f"is not the one that was signed in {kept} (row" in answer.output


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"[1]", b"hello", b"\xff", b"-----BEGIN CHECKPOINT-----x-----END CHECKPOINT-----"]
)
def test_what_is_no_checkpoint_is_a_fault_and_no_traceback(data, folder, tmp_path):
    kept = tmp_path / "kept"
    kept.write_bytes(data)
    answer = run(folder, "--checkpoint", kept)
    assert answer.exit_code == 13
    assert "kept holds no checkpoint that can be read" in answer.output


def test_a_terminal_without_the_marks_reads_words(folder):
    answer = subprocess.run(
        [sys.executable, "-m", "participatory.verification", str(folder)],
        env={"PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert answer.stdout.decode("cp1252").startswith("ok     1. Every file")


# Zips


def zipped(path, files, prefix=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(prefix + name, data)
    return path


@pytest.mark.parametrize("prefix", ["", "budget-2027/"])
def test_a_zip_of_the_folder_or_of_its_content_is_read_as_the_folder(prefix, files, tmp_path):
    assert run(zipped(tmp_path / "bundle.zip", files, prefix)).exit_code == 0


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "a/../../b", "C:\\windows", "checkpoints\\1.json"])
def test_a_zip_with_a_path_that_leads_outside_is_refused(name, files, tmp_path):
    answer = run(zipped(tmp_path / "bundle.zip", {**files, name: b"x"}))
    assert answer.exit_code == 11
    assert "leads out of its folder" in answer.output


def test_a_zip_that_holds_a_link_is_refused(files, tmp_path):
    path = zipped(tmp_path / "bundle.zip", files)
    link = zipfile.ZipInfo("paper2.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "holds a link" in run(path).output


def test_a_zip_with_two_files_of_one_name_is_refused(files, tmp_path):
    path = zipped(tmp_path / "bundle.zip", files)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("paper.csv", "other")
    answer = run(path)
    assert answer.exit_code == 11
    assert "two files of one name" in answer.output


def test_a_bomb_is_refused_before_anything_is_unpacked(files, tmp_path, monkeypatch):
    monkeypatch.setattr("participatory.verification.source.MOST_BYTES", 2**20)
    answer = run(zipped(tmp_path / "bundle.zip", {**files, "notes.txt": bytes(2**20 + 1)}))
    assert answer.exit_code == 11
    assert "more here than the bundle of any round could hold" in answer.output


def test_too_many_files_are_refused(files, tmp_path, monkeypatch):
    monkeypatch.setattr("participatory.verification.source.MOST_FILES", len(files) - 1)
    assert run(zipped(tmp_path / "bundle.zip", files)).exit_code == 11
    assert run(write_files(files, tmp_path / "folder")).exit_code == 11


def test_a_line_beyond_measure_is_a_fault(files, world, tmp_path, monkeypatch):
    monkeypatch.setattr("participatory.verification.source.LONGEST_LINE", 4096)
    altered = forged(files | {"journal.jsonl": files["journal.jsonl"] + b"x" * 5000}, world.signing)
    answer = run(write_files(altered, tmp_path))
    assert answer.exit_code == 12
    assert "journal.jsonl has a line of more than 4,096 bytes" in answer.output


def test_a_damaged_zip_is_a_fault_and_no_traceback(files, tmp_path):
    path = zipped(tmp_path / "bundle.zip", files)
    data = bytearray(path.read_bytes())
    for place in range(200, len(data) - 3000, 997):
        data[place] ^= 0xFF
    path.write_bytes(data)
    assert run(path).exit_code == 11


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip at all" * 100])
def test_what_is_neither_folder_nor_zip_is_a_fault(data, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    answer = run(path)
    assert answer.exit_code == 11
    assert "neither a folder nor a zip" in answer.output


def test_a_link_in_the_folder_is_refused(folder):
    (folder / "paper.csv").unlink()
    (folder / "paper.csv").symlink_to("/etc/passwd")
    answer = run(folder)
    assert answer.exit_code == 11
    assert "holds neither links nor devices" in answer.output


def test_an_empty_folder_fails_every_check(tmp_path):
    answer = run(tmp_path)
    assert answer.exit_code == 11
    assert answer.output.count("✗") == 10


# What the command needs


@pytest.mark.parametrize("command", [["-m", "participatory.verification"], ["-m", "participatory", "verify"]])
def test_the_command_imports_nothing_of_the_web_and_needs_no_database(command, folder, tmp_path):
    script = (
        "import runpy, sys\n"
        f"sys.argv = {['verify', *command[2:], str(folder)]!r}\n"
        "try:\n"
        f"    runpy.run_module({command[1]!r}, run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(names & {'flask', 'flask_sqlalchemy', 'sqlalchemy', 'werkzeug', 'jinja2', 'config'}))\n"
        "own = sorted({'.'.join(name.split('.')[:2]) for name in sys.modules if name.startswith('participatory.')})\n"
        "print(own)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    *_checks, web, own = answer.stdout.splitlines()
    assert "All ten checks pass." in answer.stdout
    assert web == "[]"
    allowed = {"participatory.cli", "participatory.core", "participatory.tally", "participatory.urn"}
    assert set(json.loads(own.replace("'", '"'))) - allowed == {"participatory.verification"}


# verify-diff


def diff(old, new):
    answer = run(old, new, command=verify_diff)
    return answer.exit_code, answer.output


@pytest.fixture
def editions(tmp_path):
    """A bundle, the same later, and a second edition of it."""
    world = World(rulebook("approval"), voters=24)
    first = world.files()
    return world, first


def later(world, first):
    """The same edition, with a journal that went on."""
    world.chain.deed("vote.archived", "officer")
    world.chain.sign()
    files = first | {"journal.jsonl": "".join(world.chain.lines).encode()}
    files |= {f"checkpoints/{position:09d}.json": data for position, data in world.chain.checkpoints.items()}
    said = {"positions": len(world.chain.lines), "head": world.chain.digest}
    return forged(files, world.signing, journal=said)


def test_a_bundle_extends_itself_and_a_later_one_extends_it(editions, tmp_path):
    world, first = editions
    one, other = write_files(first, tmp_path / "one"), write_files(later(world, first), tmp_path / "other")
    assert diff(one, one) == (0, "✓ one extends one: nothing that was published has changed unsaid.\n")
    assert run(other).exit_code == 0
    assert diff(one, other)[0] == 0


def test_an_earlier_bundle_does_not_extend_a_later_one(editions, tmp_path):
    world, first = editions
    one, other = write_files(first, tmp_path / "one"), write_files(later(world, first), tmp_path / "other")
    code, said = diff(other, one)
    assert code == 1
    assert "The journal of NEW ends before row" in said
    assert "NEW has lost checkpoints/" in said


def test_ballots_may_change_only_in_a_new_edition_that_the_journal_publishes(editions, tmp_path):
    world, first = editions
    one = write_files(first, tmp_path / "one")
    world.edition = 2
    del world.documents[5]
    second = world.files()
    other = write_files(second, tmp_path / "other")
    assert run(other).exit_code == 0
    assert diff(one, other)[0] == 0
    code, said = diff(other, one)
    assert code == 1
    assert "NEW is edition 1, and OLD already edition 2." in said


def test_a_silent_correction_is_told(editions, tmp_path):
    world, first = editions
    del world.documents[5]
    world.edition = 2
    silent = forged(world.files(), world.signing, edition=1)
    code, said = diff(write_files(first, tmp_path / "one"), write_files(silent, tmp_path / "other"))
    assert code == 1
    assert "ballots.csv has changed, and NEW is the same edition as OLD." in said
    assert "contests has changed" in said


def test_an_edition_that_the_journal_does_not_publish_is_told(editions, tmp_path):
    world, first = editions
    unsaid = forged(first, world.signing, edition=2)
    code, said = diff(write_files(first, tmp_path / "one"), write_files(unsaid, tmp_path / "other"))
    assert (code, "no row of the journal since OLD published it" in said) == (1, True)


def test_another_round_or_a_rewritten_journal_does_not_extend(files, tmp_path):
    other = World(rulebook("approval"), voters=24, seed=9)
    other.chain.at = datetime(2027, 3, 2, tzinfo=UTC)
    one, two = write_files(files, tmp_path / "one"), write_files(other.files(), tmp_path / "two")
    code, said = diff(one, two)
    assert code == 1
    assert "The two bundles do not say the same of “opening”." in said
    assert "of the journal is not the same in both" in said
    assert "receipts.txt has changed" in said


def test_a_deed_that_was_public_stays_public(files, world, tmp_path):
    rows = files["journal.jsonl"].decode().splitlines()
    row = json.loads(rows[4])
    content = [row[name] for name in ("salt", "at", "verb", "actor", "payload")]
    rows[4] = compact(
        {name: row[name] for name in ("position", "previous", "digest")} | {"content": digest_of(compact(content))}
    )
    changed = forged(files | {"journal.jsonl": ("\n".join(rows) + "\n").encode()}, world.signing)
    one, two = write_files(files, tmp_path / "one"), write_files(changed, tmp_path / "two")
    code, said = diff(one, two)
    assert (code, "does not tell the same in NEW" in said) == (1, True)


def test_bundles_that_are_not_whole_are_not_compared(folder, files, tmp_path):
    (folder / "paper.csv").unlink()
    code, said = diff(folder, write_files(files, tmp_path / "other"))
    assert code == 1
    assert said == "✗ OLD, check 1: 'paper.csv' is missing.\n"


def test_comparing_with_nothing_is_a_fault_and_no_traceback(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert diff(folder, empty)[0] == 1
