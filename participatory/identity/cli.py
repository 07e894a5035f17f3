"""Commands on roles, for the operator of the machine: the first administrator is named here."""

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.identity import granting, queries
from participatory.identity.rules import Role, normalised_email

ROLES = click.Choice([role.value for role in Role])


@click.group()
def role() -> None:
    """Who may moderate, appraise, conduct a round or administer."""


@role.command("grant")
@click.argument("email")
@click.argument("role_name", metavar="ROLE", type=ROLES)
@click.option("--association", "slug", help="Short name of the association that a moderator acts for.")
@with_appcontext
def grant_role(email: str, role_name: str, slug: str | None) -> None:
    """Give ROLE to the person with this EMAIL; the account is created if need be."""
    try:
        with transaction():
            association = queries.association_by_slug(slug) if slug else None
            granting.grant(normalised_email(email), Role(role_name), association, None, now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{email} is now {role_name}.")


@role.command("revoke")
@click.argument("email")
@click.argument("role_name", metavar="ROLE", type=ROLES)
@with_appcontext
def revoke_role(email: str, role_name: str) -> None:
    """Take ROLE back from the person with this EMAIL."""
    try:
        with transaction():
            person = queries.person_by_email(normalised_email(email))
            if person is None:
                raise click.ClickException(f"nobody has signed in as {email}")
            granting.revoke(person, Role(role_name), None, now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{email} is no longer {role_name}.")


@role.command("list")
@with_appcontext
def list_roles() -> None:
    """List every role held: address, role, association, separated by tabs."""
    for held in queries.roles_held():
        association = held.person.association if held.role == Role.MODERATOR else None
        click.echo(f"{held.person.email}\t{held.role}\t{association.slug if association else ''}")
