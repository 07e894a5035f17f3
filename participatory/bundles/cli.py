"""Writing the bundle of a published round as a folder."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from participatory.bundles.content import bundle_of
from participatory.bundles.queries import end_of_now, end_of_publication
from participatory.bundles.writing import write_folder
from participatory.checkpoints.actions import sign_head
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.results.policy import can_read
from participatory.results.queries import publication_of
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.settings import secret_store

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("slug", metavar="ROUND")
@click.option("--to", "folder", type=_FOLDER, help="Folder to write; by default dossier-ROUND here.")
@click.option("--upto", type=click.Choice(["publication", "now"]), default="publication", show_default=True,
              help="How far the journal goes.")  # fmt: skip
@with_appcontext
def publish(slug: str, folder: Path | None, upto: str) -> None:
    """Write the folder with which anybody verifies the published result of ROUND.

    The same publication always gives the same bytes. With --upto now the journal goes on to this
    instant: a later folder, which `participatory verify-diff` compares with an earlier one.
    The result itself is published by two officers, on the page of the count.
    """
    try:
        round_ = round_by_slug(slug)
        refuse_if(can_read(round_, publication_of(round_), now()))
        end = _end(round_, upto)
        target = folder or Path(f"dossier-{round_.slug}")
        files = bundle_of(round_, secret_store(), end)
        write_folder(files, target)
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{target}: {len(files)} files, journal up to row {end}")
    click.echo(f"participatory verify {target}")


def _end(round_: Round, upto: str) -> int:
    if upto == "now":
        with transaction():
            sign_head(secret_store(), now())
    found = end_of_now() if upto == "now" else end_of_publication(round_)
    if found is None:
        raise click.ClickException(
            "The journal has no checkpoint since the publication: `participatory checkpoint sign`."
        )
    return found
