"""Commands of the demonstration."""

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.demo.loader import SEED, find_student_round, is_loaded, load
from participatory.demo.phases import move_to
from participatory.rounds.rules import Phase
from participatory.web.settings import config, image_store, secret_store


@click.group(invoke_without_command=True)
@click.option("--phase", type=click.Choice([phase.value for phase in Phase]), help="Move the student round there.")
@click.pass_context
@with_appcontext
def demo(context: click.Context, phase: str | None) -> None:
    """The living demonstration; needs DEMO=1."""
    if not config().demo:
        raise click.ClickException("The demonstration opens every door: set DEMO=1 to use it.")
    if phase is None:
        if context.invoked_subcommand is None:
            raise click.UsageError("Give --phase, or the subcommand load.")
        return
    round_ = find_student_round()
    if round_ is None:
        raise click.ClickException("Nothing is loaded yet: run `participatory demo load` first.")
    with transaction():
        move_to(round_, Phase(phase), secret_store(), now(), SEED)
    click.echo(f"{round_.title} is now in {phase}.")


@demo.command("load")
@with_appcontext
def load_demo() -> None:
    """Load the fictional people and the three rounds, once."""
    if is_loaded():
        click.echo("The demonstration is already loaded.")
    else:
        click.echo("Loading the demonstration…")
        with transaction():
            load(secret_store(), image_store(), now())
    address = config().public_url
    click.echo(f"Open {address} — {address}/demo lets you step into each role, and shows the letters.")
