"""The `participatory` command: each subcommand is loaded when it is called, so that offline ones need no web."""

import click
from flask import Flask
from flask.cli import ScriptInfo
from werkzeug.utils import import_string

COMMANDS = {
    "checkpoint": "participatory.checkpoints.cli:checkpoint",
    "db": "flask_migrate.cli:db",
    "demo": "participatory.demo.cli:demo",
    "doors": "participatory.doors.cli:doors",
    "factor": "participatory.identity.factor_cli:factor",
    "import": "participatory.archives.cli:import_group",
    "journal": "participatory.journal.cli:journal",
    "retention": "participatory.privacy.cli:retention",
    "role": "participatory.identity.cli:role",
    "roll": "participatory.rolls.cli:roll",
    "serve": "participatory.serve:serve",
    "setup": "participatory.serve:setup",
    "tally": "participatory.tally.cli:tally",
    "worker": "participatory.outbox.cli:worker",
}


class LazyGroup(click.Group):
    """A group that imports a command only when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_string(COMMANDS[cmd_name])
        return command


def _create_app() -> Flask:
    config = import_string("config:Config")
    app: Flask = import_string("participatory.app:create_app")(config.from_env())
    return app


@click.group(cls=LazyGroup)
@click.version_option(package_name="participatory")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run student participatory budgets: serve, migrate, import, count, check."""
    ctx.obj = ScriptInfo(create_app=_create_app)
