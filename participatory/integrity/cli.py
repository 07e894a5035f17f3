"""`participatory integrity`: electorates to try detection on, offline, without the web application or a database."""

import json
from dataclasses import replace
from pathlib import Path

import click

from participatory.integrity.assessing import assess as judge
from participatory.integrity.events import EventsError, read_events
from participatory.integrity.report import as_data, as_lines
from participatory.integrity.rules import Parameters
from participatory.integrity.simulation.electorate import Electorate
from participatory.integrity.simulation.files import EVENTS, LABELS, write_electorate
from participatory.integrity.simulation.making import simulate as made

_FEWEST, _MOST = 500, 5_000_000


@click.group()
def integrity() -> None:
    """Try the detection of fraud on electorates, made up or given."""


@integrity.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option(
    "--parameters",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Parameters as a round published them, instead of the usual ones.",
)
def assess(events: Path, as_json: bool, parameters: Path | None) -> None:
    """Look for farms in EVENTS, a csv file, and print the cases that people should look at.

    Nothing is written. Ends with 2 for a file that cannot be read, each bad row
    with its line.
    """
    try:
        rules = Parameters.from_json(parameters.read_text("utf-8")) if parameters else None
        found = judge(read_events(events), rules)
    except EventsError as error:
        click.echo(f"{events.name} cannot be read:\n{error}", err=True)
        raise click.exceptions.Exit(2) from error
    except (ValueError, TypeError) as error:
        click.echo(f"The parameters cannot be read: {error}", err=True)
        raise click.exceptions.Exit(2) from error
    if as_json:
        click.echo(json.dumps(as_data(found)))
    else:
        click.echo("\n".join(as_lines(found)))


@integrity.command()
@click.option("--seed", type=click.IntRange(min=0), required=True, help="The same seed makes the same electorate.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write in.")
@click.option("--voters", type=click.IntRange(_FEWEST, _MOST), default=27_000, show_default=True, help="On the roll.")
def simulate(seed: int, out: Path, voters: int) -> None:
    """Write the votes of an electorate that never existed, and which of them are honest.

    `events.csv` is what detection reads; `labels.csv` says who cast each
    (event_id, label, group).
    """
    simulated = made(seed, replace(Electorate(), voters=voters))
    write_electorate(simulated, out)
    attacks = sum(not label.honest for label in simulated.labels.values())
    click.echo(f"{len(simulated.events)} ballots, {attacks} by attackers: {out / EVENTS}, {out / LABELS}.")
