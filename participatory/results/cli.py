"""Opening the urn at a terminal, for a machine without a browser."""

import click
from flask.cli import with_appcontext

from participatory.ceremony.queries import key_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.journal.actions import SYSTEM
from participatory.results import runs
from participatory.results.jobs import held_key, open_and_count
from participatory.results.keys import private_key
from participatory.results.models import CountingRun
from participatory.results.queries import counts_of
from participatory.results.reading import Result
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug


@click.command()
@click.argument("slug", metavar="ROUND")
@with_appcontext
def count(slug: str) -> None:
    """Open the sealed urn of ROUND with the shares of its trustees, and count.

    Two officers must have allowed it. Each share is asked for here and not shown; none is stored.
    Nothing is published: that takes two officers, on the page of the count.
    """
    try:
        round_ = round_by_slug(slug)
        refuse_if(runs.can_begin(round_, now()))
        private = held_key(round_) or private_key(round_, _asked(round_))
        with transaction():
            run_id = runs.begin(round_, SYSTEM, now())
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    _open(round_, run_id, private)


def _asked(round_: Round) -> list[str]:
    key = key_of(round_)
    needed = key.threshold if key else 0
    return [click.prompt(f"Share {number} of {needed}", hide_input=True) for number in range(1, needed + 1)]


def _open(round_: Round, run_id: int, private: bytes) -> None:
    total = db.session.get_one(CountingRun, run_id).total
    with click.progressbar(length=total, label="Opening") as bar:
        done = open_and_count(run_id, private, lambda reached: bar.update(reached - bar.pos))
        bar.update(total - bar.pos)
    if not done:
        raise click.ClickException(db.session.get_one(CountingRun, run_id, populate_existing=True).error)
    for contest, each in counts_of(round_).items():
        result = Result.of(each.document)
        ballots = result.data["electorate"]["ballots"]
        click.echo(f"{contest}: {ballots} ballots, {len(result.winners)} projects funded, result {each.digest}")
