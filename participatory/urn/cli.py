"""Check an envelope that its voter opened, with the file that the page of the challenge gives."""

import json
from pathlib import Path

import click

from participatory.urn.checking import checked
from participatory.urn.receipts import receipt_code

# An opened envelope of the longest ballot takes some tens of kilobytes.
_LARGEST_BYTES = 1_000_000


@click.command("check-ballot")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_ballot(file: Path) -> None:
    """Prove what an opened envelope holds: its choices are sealed again, and the bytes compared.

    Needs no network and no database. Compare the receipt with the one that the page had shown before.
    Exits 1 when the envelope does not hold the choices.
    """
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise ValueError("this file is too large")
        content = json.loads(file.read_bytes())
        document = checked(content)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(str(error) or "this file is not a check of a ballot") from error
    titles = content.get("titles")
    named = titles if isinstance(titles, dict) else {}
    click.echo(f"The envelope {receipt_code(content['receipt'])} holds exactly this ballot ({document.kind}):")
    for contest, ballot in sorted(document.contests.items()):
        click.echo(f"  {contest}")
        for project, value in sorted(ballot.choices, key=lambda choice: (choice[1], choice[0])):
            click.echo(f"    {project}: {value}  {named.get(project, '')}".rstrip())
        if ballot.tracker:
            click.echo(f"    secret code: {ballot.tracker}")
    click.echo(f"Info: {content['info']}\nPublic key: {content['public_key']}")
