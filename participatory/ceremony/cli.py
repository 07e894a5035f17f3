"""Commands of the ceremony, for a machine that holds the platform and is no public web server."""

import click
from flask.cli import with_appcontext

from participatory.ceremony import actions, policy, queries
from participatory.ceremony.keeping import keep_here
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.rules import numbered_words
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.journal.actions import SYSTEM
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.pages import absolute_url

_RULE = "=" * 72
_COLUMNS = 3
_CHECKED = (
    "the trustees have checked the key of this round: have two officers discard it first, one proposing it on the "
    "page of the key, another confirming it"
)


@click.group()
def ceremony() -> None:
    """The key of a round, shared among trustees."""


@ceremony.command()
@click.argument("slug", metavar="ROUND")
@click.option("--trustees", default=3, show_default=True, help="How many people hold a share.")
@click.option("--threshold", default=2, show_default=True, help="How many shares open the urn.")
@click.option("--replace", is_flag=True, help="Replace the key that the round has: its sheets become worthless.")
@with_appcontext
def create(slug: str, trustees: int, threshold: int, replace: bool) -> None:
    """Make the key of ROUND and show one share for each trustee, once; only the public key is kept.

    A key that its trustees have checked is never replaced: two officers discard it first.

    On a terminal the shares are shown one after the other, and the screen is cleared in between.
    """
    try:
        round_ = round_by_slug(slug)
        former = queries.key_of(round_)
        if former is not None and former.checked_at is not None:
            raise click.ClickException(_CHECKED)
        if former is not None and not replace:
            raise click.ClickException("this round has a key already; --replace makes its sheets worthless")
        with transaction():
            replaces = former.fingerprint if former else ""
            link = absolute_url("ceremony.show", slug=slug)
            shares = actions.create_key(round_, trustees, threshold, SYSTEM, now(), replaces=replaces, link=link)
            keep_here(round_, shares)
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    _show_shares(round_, shares)


def _show_shares(round_: Round, shares: list[str]) -> None:
    key = queries.key_of(round_)
    assert key is not None
    for number, share in enumerate(shares, start=1):
        click.echo(f"{_RULE}\n{round_.title}\nSHARE {number} OF {len(shares)}, for one trustee alone\n{_RULE}")
        click.echo(_in_columns(share))
        click.echo(f"\nFingerprint of the key: {key.fingerprint}")
        click.echo(f"Any {key.threshold} shares open the urn. Write this one down on paper, then clear the screen.")
        click.echo(f"{_RULE}\n\n")
        # Where nobody reads a screen, these two do nothing.
        click.pause("Noted? Press a key: the screen is cleared for the next trustee.")
        click.clear()
    click.echo(f"The key is made. Check the sheets now: participatory ceremony check {round_.slug}")


def _in_columns(share: str) -> str:
    words = [f"{number:2d}. {word}" for number, word in numbered_words(share)]
    rows = -(-len(words) // _COLUMNS)
    return "\n".join("".join(f"{word:<24}" for word in words[row::rows]).rstrip() for row in range(rows))


@ceremony.command()
@click.argument("slug", metavar="ROUND")
@with_appcontext
def check(slug: str) -> None:
    """Have trustees type their shares again: says whether the key of ROUND comes out, then forgets it."""
    try:
        round_ = round_by_slug(slug)
        key = queries.key_of(round_)
        refuse_if(policy.can_check_key(round_, key))
        assert key is not None
        shares = _typed(key)
        with transaction():
            actions.check_key(round_, shares, SYSTEM, now())
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"The key comes out of these {len(shares)} shares: {key.fingerprint}")


def _typed(key: ElectionKey) -> list[str]:
    typed = []
    for number in range(1, key.trustees + 1):
        words = click.prompt(f"Share {number} of {key.trustees} (Enter for none)", default="", show_default=False)
        click.clear()
        if words.strip():
            typed.append(words)
    return typed


@ceremony.command()
@click.argument("slug", metavar="ROUND")
@with_appcontext
def show(slug: str) -> None:
    """The fingerprint of the key of ROUND, how it is shared, and whether its shares were checked."""
    try:
        round_ = round_by_slug(slug)
    except Refusal as refused:
        raise click.ClickException(str(refused)) from refused
    key = queries.key_of(round_)
    if key is None:
        raise click.ClickException("this round has no key yet")
    click.echo(f"fingerprint\t{key.fingerprint}\npublic key\t{key.public_key}")
    click.echo(f"shares\t{key.threshold} of {key.trustees}\ncreated\t{key.created_at.isoformat(timespec='minutes')}")
    click.echo(f"checked\t{key.checked_at.isoformat(timespec='minutes') if key.checked_at else 'never'}")
    if key.held_here:
        click.echo("HELD HERE: this installation keeps the shares, as only the demonstration may")
