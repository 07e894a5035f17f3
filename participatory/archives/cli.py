"""`participatory import`: past elections of other platforms, as finished rounds."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.archives.actions import import_election, read_source
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.tally.pabulib import PabulibError

# A file with a thousand bad lines is corrected from the first ones.
_SHOWN_PROBLEMS = 20


@click.group()
def import_group() -> None:
    """Bring in elections of other platforms."""


@import_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", default="", help="The address of the round; made of its title otherwise.")
@click.option("--title", default="", help="The title of the round; made of the file's place and year otherwise.")
@click.option("--origin", default="", help="Where the file comes from and its licence, shown on the result page.")
@click.option("--currency", default="", help="The currency (EUR, PLN…) of a file that names none.")
@click.pass_context
@with_appcontext
def pabulib(ctx: click.Context, /, file: Path, **options: str) -> None:
    """Make a finished round of the Pabulib election in FILE, count it and publish the result."""
    try:
        # Reading takes seconds on a large file and needs no lock.
        source = read_source(file.read_bytes())
        with transaction():
            report = import_election(source, now(), **options)
    except PabulibError as error:
        for problem in error.problems[:_SHOWN_PROBLEMS]:
            click.echo(f"{file}:{problem.line}: {problem.reason}", err=True)
        if len(error.problems) > _SHOWN_PROBLEMS:
            click.echo(f"and {len(error.problems) - _SHOWN_PROBLEMS} more problems", err=True)
        ctx.exit(2)
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        ctx.exit(2)
    click.echo("\n".join(report.lines()))
