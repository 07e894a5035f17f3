"""`participatory integrity`: electorates to try detection on, offline, without the web application or a database."""

from dataclasses import replace
from pathlib import Path

import click

from participatory.integrity.simulation.electorate import Electorate
from participatory.integrity.simulation.files import EVENTS, LABELS, write_electorate
from participatory.integrity.simulation.making import simulate as made

_FEWEST, _MOST = 500, 5_000_000


@click.group()
def integrity() -> None:
    """Try the detection of fraud on electorates, made up or given."""


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
