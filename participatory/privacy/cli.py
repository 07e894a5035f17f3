"""The command that carries out the rules of retention, for operators and for trying them without deleting."""

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.privacy.retention import due
from participatory.privacy.retention import run as carry_out


@click.group()
def retention() -> None:
    """What is deleted once its time is over."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say what is due, delete nothing.")
@with_appcontext
def run(dry_run: bool) -> None:
    """Delete what is past its time, as the worker does every night; safe to run again."""
    if dry_run:
        for rule, coming in due(now()):
            click.echo(f"{rule.key}\t{sum(each.number for each in coming)} due")
        return
    for done in carry_out(now()):
        click.echo(f"{done.rule}\t{done.deleted} deleted")
