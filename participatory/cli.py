"""The `participatory` command: each subcommand is loaded when it is called, so that offline ones need no web."""

from pkgutil import resolve_name
from typing import Any

import click

COMMANDS = {
    "backup": "participatory.backups.cli:backup",
    "ceremony": "participatory.ceremony.cli:ceremony",
    "check-ballot": "participatory.urn.cli:check_ballot",
    "checkpoint": "participatory.checkpoints.cli:checkpoint",
    "count": "participatory.results.cli:count",
    "db": "flask_migrate.cli:db",
    "demo": "participatory.demo.cli:demo",
    "doors": "participatory.doors.cli:doors",
    "factor": "participatory.identity.factor_cli:factor",
    "import": "participatory.archives.cli:import_group",
    "integrity": "participatory.integrity.cli:integrity",
    "journal": "participatory.journal.cli:journal",
    "open-urn": "participatory.verification.urn_cli:open_command",
    "opinion": "participatory.opinion.cli:opinion",
    "publish": "participatory.bundles.cli:publish",
    "retention": "participatory.privacy.cli:retention",
    "role": "participatory.identity.cli:role",
    "roll": "participatory.rolls.cli:roll",
    "seal": "participatory.control.cli:seal",
    "serve": "participatory.serve:serve",
    "setup": "participatory.serve:setup",
    "tally": "participatory.tally.cli:tally",
    "verify": "participatory.verification.cli:verify",
    "verify-diff": "participatory.verification.cli:verify_diff",
    "worker": "participatory.outbox.cli:worker",
}

# What anybody runs on published files: nothing of the web application is imported for them.
OFFLINE = frozenset({"check-ballot", "integrity", "open-urn", "opinion", "tally", "verify", "verify-diff"})


class LazyGroup(click.Group):
    """A group that imports a command only when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = resolve_name(COMMANDS[cmd_name])
        return command


def _create_app() -> Any:
    config = resolve_name("config:Config")
    return resolve_name("participatory.app:create_app")(config.from_env())


@click.group(cls=LazyGroup)
@click.version_option(package_name="participatory")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run student participatory budgets: serve, migrate, import, count, check."""
    if ctx.invoked_subcommand not in OFFLINE:
        ctx.obj = resolve_name("flask.cli:ScriptInfo")(create_app=_create_app)
