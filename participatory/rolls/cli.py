"""Commands on the roll of a round."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.rolls import queries
from participatory.rolls.actions import send_list
from participatory.rolls.approval import ask_approval
from participatory.rolls.columns import ColumnKind, Layout
from participatory.rolls.comparing import compare
from participatory.rolls.lists import Look, ReadList, known_places, look_at, read_roll
from participatory.rolls.reading import Peppers
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.settings import secret_store

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KINDS = ", ".join(ColumnKind)


@click.group()
def roll() -> None:
    """Who may vote in a round."""


@roll.command("import")
@click.argument("slug", metavar="ROUND")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--mapping", "given", metavar="COLUMN=KIND", multiple=True, help=f"What a column is: {KINDS}.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--without-bad-rows", is_flag=True, help="Send the good rows even if others are bad.")
@with_appcontext
def import_list(slug: str, path: Path, given: tuple[str, ...], dry_run: bool, without_bad_rows: bool) -> None:
    """Send the list FILE (csv, xlsx, xls or ods) for the roll of ROUND; an officer must then approve it.

    COLUMN is the letter of a column or its title. Each bad row goes to the standard error with
    its line; unless --without-bad-rows is given, one bad row is enough to send nothing and exit
    with 1, and above 2 % nothing is ever sent.
    """
    try:
        round_ = round_by_slug(slug)
        read = _read(round_, path.read_bytes(), given)
        _say_bad_rows(read)
        if dry_run:
            _say_change(round_, read)
            return
        with transaction():
            sent = send_list(round_, None, read, None, now(), without_bad_rows=without_bad_rows)
            deed = ask_approval(sent, None, now())
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{sent.people} people sent, {sent.rejected} rows left out. An officer must approve: {deed.public_id}")


def _read(round_: Round, content: bytes, given: tuple[str, ...]) -> ReadList:
    known = known_places()
    look = look_at(content, known)
    store = secret_store()
    peppers = Peppers(store.get("identity", "installation"), store.get("pepper", round_.public_id))
    return read_roll(content, _mapped(look, given), known, peppers)


def _mapped(look: Look, given: tuple[str, ...]) -> Layout:
    """The proposed layout with the corrections of the command line."""
    kinds = list(look.layout.kinds)
    for text in given:
        name, _, kind = text.rpartition("=")
        place = next((at for at, each in enumerate(look.columns) if name in {each.letter, each.title}), None)
        if place is None or kind not in set(ColumnKind):
            raise click.BadParameter(f"{text}: columns are {_titles(look)}; kinds are {KINDS}.", param_hint="--mapping")
        kinds = [ColumnKind.UNUSED if each == kind else each for each in kinds]
        kinds[place] = ColumnKind(kind)
    return Layout(look.layout.head, tuple(kinds))


def _titles(look: Look) -> str:
    return ", ".join(f"{column.letter} ({column.title})" if column.title else column.letter for column in look.columns)


def _say_bad_rows(read: ReadList) -> None:
    for remark in (*read.reading.bad, *read.reading.warnings):
        click.echo(f"line {remark.line}: {remark.reason}", err=True)


def _say_change(round_: Round, read: ReadList) -> None:
    change = compare(round_, read.reading.people)
    click.echo(
        f"{change.added} to add, {change.known} known, {change.moved} of them elsewhere, {change.absent} on the roll "
        f"and not in the list, {len(read.reading.bad)} bad. Nothing was changed."
    )


@roll.command()
@click.argument("slug", metavar="ROUND")
@with_appcontext
def count(slug: str) -> None:
    """Print the size of the roll of ROUND, then the sites, separated by tabs."""
    try:
        round_ = round_by_slug(slug)
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{queries.roll_size(round_)}\ttotal")
    for site in queries.count_by_site(round_):
        click.echo(f"{site.value}\t{site.label}")
