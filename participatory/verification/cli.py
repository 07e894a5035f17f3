"""`participatory verify` and `participatory verify-diff`: offline, without the web application or a database."""

import io
import json
import sys
from pathlib import Path

import click

from participatory.verification.bundle import Bundle
from participatory.verification.checks import Finding, exit_code
from participatory.verification.checks import verify as made
from participatory.verification.diff import differences
from participatory.verification.source import MOST_BYTES, source_of

_PATH = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("bundle", type=_PATH)
@click.option(
    "--checkpoint", "kept", type=_FILE, multiple=True, help="A letter with a checkpoint that you kept, or its JSON."
)
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
def verify(bundle: Path, kept: tuple[Path, ...], *, as_object: bool) -> None:
    """Make the ten checks of the published BUNDLE, a folder or a zip of it.

    Exits 0 when all pass, else 10 and the number of the first that fails.
    --checkpoint may be given several times: letters received up to the
    publication, whose rows must be in this journal.
    """
    _prepare()
    given = [(str(path), _small(path)) for path in kept]
    findings = []
    for found in made(Bundle(source_of(bundle), given)):
        findings.append(found)
        if not as_object:
            _print(found)
    code = exit_code(findings)
    if as_object:
        click.echo(json.dumps(_as_object(bundle, findings, code), ensure_ascii=False, indent=1))
    else:
        click.echo(_conclusion(findings))
    sys.exit(code)


@click.command("verify-diff")
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
def verify_diff(old: Path, new: Path) -> None:
    """Prove that the bundle NEW extends the bundle OLD of the same round: exit 0, or 1 and say where it does not."""
    _prepare()
    faults = list(differences(Bundle(source_of(old)), Bundle(source_of(new))))
    for fault in faults:
        click.echo(f"{_mark(passed=False)} {fault}")
    if faults:
        sys.exit(1)
    click.echo(f"{_mark(passed=True)} {new.name} extends {old.name}: nothing that was published has changed unsaid.")


def _prepare() -> None:
    # The exact ratios of a large count have more digits than Python writes without being told.
    sys.set_int_max_str_digits(200_000)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a sign must not keep the checks from being told.
        sys.stdout.reconfigure(errors="replace")


def _small(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise click.BadParameter(f"{path.name} is no checkpoint", param_hint="--checkpoint")
    return path.read_bytes()


def _print(found: Finding) -> None:
    compared = f" ({found.compared})" if found.compared else ""
    click.echo(f"{_mark(passed=found.passed)} {found.check.number:>2}. {found.check.title}{compared}.")
    for fault in found.faults:
        click.echo(f"      {fault}")


def _mark(*, passed: bool) -> str:
    """✓ or ✗, or words for a terminal that has neither."""
    mark, words = ("✓", "ok   ") if passed else ("✗", "FAULT")
    try:
        mark.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return words
    return mark


def _conclusion(findings: list[Finding]) -> str:
    failed = [str(found.check.number) for found in findings if not found.passed]
    if not failed:
        return "All ten checks pass."
    return f"Failed: {', '.join(failed)}. Do not rely on this bundle; docs/verify.md says what each check compares."


def _as_object(bundle: Path, findings: list[Finding], code: int) -> dict[str, object]:
    checks = [
        {
            "number": found.check.number,
            "title": found.check.title,
            "passed": found.passed,
            "compared": found.compared,
            "faults": list(found.faults),
        }
        for found in findings
    ]
    return {"bundle": bundle.name, "valid": code == 0, "exit": code, "checks": checks}
