"""Commands on checkpoints: sign one now, compare those that people kept."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.checkpoints.jobs import sign_and_tell
from participatory.checkpoints.published import read_journal
from participatory.checkpoints.queries import fault_of
from participatory.checkpoints.rules import Signed, fault, read
from participatory.journal.actions import faults


@click.group()
def checkpoint() -> None:
    """The signed heads of the journal."""


@checkpoint.command()
@with_appcontext
def sign() -> None:
    """Sign the head of the journal and write to the observers, as the worker does every hour."""
    done = sign_and_tell()
    if done is None:
        click.echo("The last row is signed already.")
        return
    made, told = done
    click.echo(f"Row {made.position} signed: {made.digest}\n{told} observers told.")


@checkpoint.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--bundle",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare with the journal of a published folder; no database is needed.",
)
def verify(files: tuple[Path, ...], bundle: Path | None) -> None:
    """Compare checkpoints that were kept (letters or .json files) with the journal; exit 1 when one does not hold."""
    kept = [each for file in files for each in _checkpoints_of(file)]
    if bundle:
        kept, wrong = _beside_folder(bundle, kept)
    else:
        wrong = _beside_database(kept)
    for said in wrong:
        click.echo(said, err=True)
    if wrong:
        raise SystemExit(1)
    if not kept:
        raise click.ClickException("no checkpoint could be compared")
    click.echo(f"{len(kept)} checkpoints hold: the journal was not rewritten since.")


def _checkpoints_of(file: Path) -> list[Signed]:
    try:
        return read(file.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from error


def _beside_folder(folder: Path, kept: Sequence[Signed]) -> tuple[list[Signed], list[str]]:
    """The checkpoints that could be compared, and what is wrong with them."""
    try:
        journal = read_journal(folder, [each.position for each in kept])
    except ValueError as error:
        raise click.ClickException(f"{folder}: {error}") from error
    # A folder ends with the publication of its round: what was signed later is in no row of it.
    compared = [each for each in kept if each.position <= journal.last]
    for each in kept:
        if each.position > journal.last:
            click.echo(f"Row {each.position} is after the end of this folder (row {journal.last}): not compared.")
    found = {each: fault(each, journal.digests.get(each.position), journal.keys) for each in compared}
    return compared, _said(found)


@with_appcontext
def _beside_database(kept: Sequence[Signed]) -> list[str]:
    return [*faults(), *_said({each: fault_of(each) for each in kept})]


def _said(found: dict[Signed, str | None]) -> list[str]:
    return [f"checkpoint of row {each.position}: {wrong}" for each, wrong in found.items() if wrong]
