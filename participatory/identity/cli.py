"""Commands on roles, for the operator of the machine: the first administrator is named here."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import click
from flask.cli import with_appcontext

from participatory.core.clock import now, paris
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.identity import granting, grants, queries
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role, normalised_email
from participatory.identity.scopes import scope_typed
from participatory.identity.terms import last_day, term_of

Command = TypeVar("Command", bound=Callable[..., None])

ROLES = click.Choice([role.value for role in Role])
DAY = click.DateTime(["%Y-%m-%d"])
_LIMITS = {
    ScopeKind.ROUND: "Short name of the round that the role is limited to.",
    ScopeKind.TERRITORY: "Site (short name) or department (code) that the role is limited to.",
    ScopeKind.ASSOCIATION: "Short name of the association that a moderator acts for.",
    ScopeKind.ESTABLISHMENT: "Key or UAI code of the establishment of a referent.",
}


def limits(command: Command) -> Command:
    """Give a command one option for each kind of limit."""
    for kind, words in reversed(_LIMITS.items()):
        command = click.option(f"--{kind.value}", metavar="NAME", help=words)(command)
    return command


def _limit(given: dict[str, str | None]) -> Scope | None:
    named = [(kind, text) for kind in _LIMITS if (text := given[kind.value])]
    if len(named) > 1:
        raise click.UsageError("a role has one limit at most")
    return scope_typed(*named[0]) if named else None


@click.group()
def role() -> None:
    """Who may moderate, appraise, send lists, conduct a round or administer."""


@role.command("grant")
@click.argument("email")
@click.argument("role_name", metavar="ROLE", type=ROLES)
@limits
@click.option("--from", "first", type=DAY, help="First day, in Paris (YYYY-MM-DD); today unless given.")
@click.option("--until", "last", type=DAY, help="Last day, in Paris (YYYY-MM-DD); without an end unless given.")
@with_appcontext
def grant_role(email: str, role_name: str, first: datetime | None, last: datetime | None, **limit: str | None) -> None:
    """Give ROLE to the person with this EMAIL; the account is created if need be."""
    moment = now()
    try:
        term = term_of(first.date() if first else None, last.date() if last else None, moment)
        with transaction():
            scope = _limit(limit)
            granting.grant(normalised_email(email), Role(role_name), scope, None, moment, term=term)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{email} {'will be' if term.starts_at else 'is now'} {role_name}.")


@role.command("revoke")
@click.argument("email")
@click.argument("role_name", metavar="ROLE", type=ROLES)
@limits
@with_appcontext
def revoke_role(email: str, role_name: str, **limit: str | None) -> None:
    """Take ROLE, with the limit that it was given, back from the person with this EMAIL."""
    try:
        with transaction():
            person = queries.person_by_email(normalised_email(email))
            if person is None:
                raise click.ClickException(f"nobody has signed in as {email}")
            granting.revoke(person, Role(role_name), _limit(limit), None, now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{email} is no longer {role_name}.")


@role.command("list")
@with_appcontext
def list_roles() -> None:
    """List every role held or to come: address, role, limit, first day, last day, separated by tabs."""
    for held in grants.roles_held(now()):
        limit = f"{held.scope_kind}:{held.scope_key}" if held.scope_kind else ""
        last = last_day(held.ends_at).isoformat() if held.ends_at else ""
        first = paris(held.held.starts_at).date().isoformat()
        click.echo(f"{held.person.email or held.person.display_name}\t{held.role}\t{limit}\t{first}\t{last}")
