"""Commands on the roll of a round."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.rolls import queries
from participatory.rolls.actions import RollList, compare, import_roll, read_roll
from participatory.rounds.queries import round_by_slug
from participatory.web.settings import secret_store

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def roll() -> None:
    """Who may vote in a round."""


@roll.command("import")
@click.argument("slug", metavar="ROUND")
@click.argument("path", metavar="FILE.csv", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--without-bad-rows", is_flag=True, help="Import the good rows even if others are bad.")
@with_appcontext
def import_list(slug: str, path: Path, dry_run: bool, without_bad_rows: bool) -> None:
    """Add the people of FILE.csv (columns e-mail, site, establishment) to the roll of ROUND.

    Each bad row goes to the standard error with its line; unless --without-bad-rows
    is given, one bad row is enough to import nothing and exit with 1.
    """
    try:
        round_ = round_by_slug(slug)
        read = read_roll(path.read_bytes(), secret_store().get("pepper", round_.public_id))
        _say_bad_rows(read)
        if dry_run:
            change = compare(round_, read)
            click.echo(
                f"{change.added} to add, {change.known} known, {len(read.reading.bad)} bad. Nothing was changed."
            )
            return
        with transaction():
            done = import_roll(round_, read, None, now(), without_bad_rows=without_bad_rows)
            result = f"{done.added} added, {done.known} known, {done.rejected} left out."
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(result)


def _say_bad_rows(read: RollList) -> None:
    for bad in read.reading.bad:
        click.echo(f"line {bad.line}: {bad.reason}", err=True)


@roll.command()
@click.argument("slug", metavar="ROUND")
@with_appcontext
def count(slug: str) -> None:
    """Print the size of the roll of ROUND, then the sites, separated by tabs."""
    try:
        round_ = round_by_slug(slug)
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{queries.roll_size(round_)}\ttotal")
    for site in queries.count_by_site(round_):
        click.echo(f"{site.value}\t{site.label}")
