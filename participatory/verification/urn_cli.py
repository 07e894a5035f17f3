"""The command by which a trustee opens a sealed urn on a machine of their own."""

import json
from gettext import NullTranslations
from pathlib import Path
from typing import TextIO

import click
from babel.support import Translations

from participatory.core.errors import Refusal
from participatory.urn.shares import combine
from participatory.verification.source import UnreadableError
from participatory.verification.urn_file import OpenedUrn, open_urn, read_urn

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_CATALOGUES = Path(__file__).parents[1] / "translations"


@click.command("open-urn")
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("--shares", "given", type=click.File(encoding="utf-8"), help="One share a line, instead of asking.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def open_command(path: Path, given: TextIO | None, as_json: bool) -> None:
    """Open the sealed urn in FILE with the shares of its trustees, offline, and print the digests of its ballots.

    Two trustees who do it on two machines must find the same digests, which are also in the
    journal and in the published folder. The file is checked first: its ballots must be those
    that were sealed.
    """
    try:
        content = read_urn(path.read_bytes())
        if not as_json:
            seal = content["seal"]
            click.echo(f"{content['round']['title']}: {seal['ballots']} sealed ballots, root {seal['root']}")
        shares = [line for line in given if line.strip()] if given else _asked()
        found = open_urn(content, combine(shares))
    except UnreadableError as error:
        raise click.ClickException(str(error)) from error
    except Refusal as refused:
        raise click.ClickException(_english(refused)) from refused
    _say(found, as_json=as_json)


def _english(refused: Refusal) -> str:
    """A refusal, which is worded in French for the pages, in the language of this command."""
    catalogue: NullTranslations = Translations.load(str(_CATALOGUES), ["en"])
    return catalogue.gettext(refused.message) % refused.values


def _asked() -> list[str]:
    """Shares until an empty answer; they are not shown."""
    shares: list[str] = []
    while share := click.prompt(f"Share {len(shares) + 1} (empty to end)", hide_input=True, default="", err=True):
        shares.append(share)
    return shares


def _say(found: OpenedUrn, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(vars(found), indent=1, sort_keys=True))
        return
    for contest, digest in found.tables.items():
        click.echo(f"{contest}: {found.ballots[contest]} ballots, {digest}")
    click.echo(f"void: {found.void}, trackers blanked: {found.blanked}")
    click.echo(f"all ballots: {found.digest}")
