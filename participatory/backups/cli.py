"""Commands on backups."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.backups import making, reading
from participatory.backups.databases import CannotBackUp, is_empty
from participatory.backups.rules import OpenVote
from participatory.core.clock import now
from participatory.core.database import db
from participatory.urn.shares import ShareError, check, combine

_FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path))


@click.group()
def backup() -> None:
    """Copies of the database; the secrets are never in them."""


@backup.command()
@_FOLDER
@with_appcontext
def create(folder: Path) -> None:
    """Write a backup into FOLDER while the service runs; encrypted to the trustees of every vote that is not sealed."""
    try:
        made = making.create(folder, now())
    except (CannotBackUp, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(made.path)
    for each in made.head.rounds:
        click.echo(f"Encrypted to {each.threshold} of the {each.trustees} trustees of round {each.round}.")
    if made.head.rounds:
        click.echo("It expires when the urn is sealed or the vote annulled: run `participatory backup prune` then.")


@backup.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a database that is not empty.")
@with_appcontext
def restore(file: Path, *, replace: bool) -> None:
    """Put a backup back once all of it was checked; one made during a vote asks for the shares of its trustees."""
    if not replace and not is_empty():
        raise click.ClickException("The database is not empty: --replace puts the backup in its place.")
    try:
        done = reading.restore(file, _ask_keys(reading.head_of(file).rounds))
    except (CannotBackUp, ValueError, OSError) as error:
        raise click.ClickException(f"{error}") from error
    db.session.remove()
    click.echo(f"Restored as it was at {done.made_at}, with {done.position} rows in the journal.")
    click.echo("Now run `participatory setup`, then `participatory journal verify`.")


def _ask_keys(rounds: tuple[OpenVote, ...]) -> Mapping[str, bytes]:
    """The private key of each open vote, put together from the shares of its trustees, one a line."""
    return {each.round: _ask_key(each) for each in rounds}


def _ask_key(vote: OpenVote) -> bytes:
    shares: list[str] = []
    while len(shares) < vote.threshold:
        asked = f"Round {vote.round}, share {len(shares) + 1} of {vote.threshold}"
        # Hidden from whoever looks at the screen; piped, shares are read from the standard input.
        share = click.prompt(asked, hide_input=sys.stdin.isatty())
        try:
            check(share)
        except ShareError as error:
            click.echo(str(error), err=True)
            continue
        shares.append(share)
    return combine(shares)


@backup.command()
@_FOLDER
@with_appcontext
def prune(folder: Path) -> None:
    """Delete the backups of FOLDER that were made during a vote that was sealed or annulled since."""
    try:
        gone = making.prune(folder, now())
    except OSError as error:
        raise click.ClickException(str(error)) from error
    for path in gone:
        click.echo(f"{path} deleted")
    click.echo(f"{len(gone)} backups expired.")
