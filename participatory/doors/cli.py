"""What the operator does for doors from a terminal: the keys of SAML, and the metadata of federations."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.doors.saml_renewal import renew
from participatory.doors.saml_service import host, key_pairs, key_ring


@click.group()
def doors() -> None:
    """Keep the doors of establishments in order."""


@doors.command("saml-keys")
@click.option("--prepare", "deed", flag_value="prepare", help="Make the pair that will follow, and announce it.")
@click.option("--switch", "deed", flag_value="switch", help="Sign with the pair that was announced.")
@click.option("--forget", "deed", flag_value="forget", help="Remove the pair that was in service before.")
@with_appcontext
def saml_keys(deed: str | None) -> None:
    """Show the keys of SAML, made at their first need; or change them, in three steps days apart."""
    ring = key_ring()
    try:
        if deed == "prepare":
            ring.prepare(host(), now())
        elif deed == "switch":
            ring.switch()
        elif deed == "forget":
            ring.forget()
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for pair in key_pairs():
        click.echo(f"{pair.place:8} until {pair.not_after:%Y-%m-%d}  sha256 {pair.fingerprint}")


@doors.command("saml-renew")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def saml_renew(files: tuple[Path, ...]) -> None:
    """Read the identity providers again from FILES, the signed metadata of their federation."""
    try:
        with transaction():
            outcomes = renew([file.read_bytes() for file in files], now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for source, outcome in outcomes.items():
        click.echo(f"{source}  {outcome}")
    refused = [outcome for outcome in outcomes.values() if outcome not in {"same", "changed"}]
    if refused:
        raise click.ClickException(f"{len(refused)} of {len(outcomes)} doors keep their former metadata.")
