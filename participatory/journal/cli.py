"""Commands on the journal."""

import click
from flask.cli import with_appcontext

from participatory.journal.actions import faults, length


@click.group()
def journal() -> None:
    """The append-only record of every deed."""


@journal.command()
@with_appcontext
def verify() -> None:
    """Check the chain of digests; exit 1 and name each faulty row when it is broken."""
    found = list(faults())
    for fault in found:
        click.echo(fault, err=True)
    if found:
        raise SystemExit(1)
    click.echo(f"{length()} deeds, one chain, nothing altered.")
