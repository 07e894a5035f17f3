"""Commands on the sealing of an urn."""

import click
from flask.cli import with_appcontext

from participatory.control.cleaning import clean_after
from participatory.core.errors import Refusal
from participatory.rounds.queries import round_by_slug
from participatory.web.settings import secret_store


@click.group()
def seal() -> None:
    """What follows the sealing of an urn."""


@seal.command()
@click.argument("slug", metavar="ROUND")
@with_appcontext
def clean(slug: str) -> None:
    """Destroy what the sealing of ROUND may have left on the disk: its link key, and deleted rows.

    The worker does the same by itself. Run it where the worker lacks rights, with a DATABASE_URL that has them
    (owner of the tables; right to switch and to checkpoint the log). Exits with 1 while something is left.
    """
    try:
        done = clean_after(round_by_slug(slug), secret_store())
    except (Refusal, LookupError) as error:
        raise click.ClickException(str(error)) from error
    for line in (*done.busy, *done.left):
        click.echo(f"left: {line}", err=True)
    if done.busy or done.left:
        raise click.ClickException("the cleaning is not complete: see docs/operate.md, « Sealing ceremony »")
    click.echo("cleaned: the link key is destroyed and no deleted envelope is left in the database's files.")
