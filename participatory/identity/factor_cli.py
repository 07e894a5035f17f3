"""The command for somebody who lost every second factor and every recovery code."""

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.identity.enrolling import reset
from participatory.identity.queries import person_by_email
from participatory.identity.rules import normalised_email


@click.group()
def factor() -> None:
    """Second factors of staff."""


@factor.command("reset")
@click.argument("email")
@with_appcontext
def reset_factors(email: str) -> None:
    """Take every second factor and recovery code away from EMAIL, once you know that it is they who ask."""
    try:
        with transaction():
            person = person_by_email(normalised_email(email))
            if person is None:
                raise click.ClickException(f"nobody has signed in as {email}")
            count = reset(person, now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{count} second factors of {email} are gone, and every session is ended.")
