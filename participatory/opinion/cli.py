"""`participatory opinion`: the opinion map of exported files, offline, without a database."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from participatory.opinion.analysis import Analysis, analyse, analyse_given
from participatory.opinion.findings import Direction
from participatory.opinion.reading import FileError, Statement, read_comments, read_members, read_votes
from participatory.opinion.told import as_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SIGNS = {Direction.AGREE: "+", Direction.DISAGREE: "−"}


@click.command()
@click.argument("votes", type=_FILE)
@click.option("--comments", type=_FILE, help="The statements: their words, and which were moderated out.")
@click.option("--members-file", type=_FILE, help="Use these groups (participant, group) instead of finding some.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object, with the members of each group.")
@click.pass_context
def opinion(
    ctx: click.Context, /, *, votes: Path, comments: Path | None, members_file: Path | None, as_object: bool
) -> None:
    """Find groups of opinion in VOTES, a votes.csv in the exported format of Polis.

    Prints what sets each group apart, what all of them share, or why no groups are shown.
    """
    try:
        cast = read_votes(votes)
        statements = read_comments(comments) if comments else {}
        members = read_members(members_file, cast) if members_file else None
    except FileError as error:
        for problem in error.problems:
            click.echo(f"{error.path}:{problem.line}: {problem.reason}", err=True)
        ctx.exit(2)
    left_out = frozenset(id_ for id_, statement in statements.items() if statement.moderated_out)
    found = analyse(cast, left_out) if members is None else analyse_given(cast, members, left_out)
    if as_object:
        click.echo(json.dumps(as_json(found), ensure_ascii=False))
    else:
        click.echo("\n".join(_as_text(found, statements)))


def _as_text(found: Analysis, statements: Mapping[str, Statement]) -> Iterator[str]:
    """What was found, in lines; nobody's identifier is among them."""
    names = found.votes.statements

    def said(place: int) -> str:
        text = statements[names[place]].text if names[place] in statements else ""
        shown = "".join(letter if letter.isprintable() else "�" for letter in text)
        return f"[{names[place]}] {shown}".rstrip()

    yield f"{len(found.votes.participants)} participants, {found.eligible} eligible, {len(names)} statements"
    yield "Groups" if found.has_groups else "Pas de groupes stables (no stable groups)"
    yield from (f"  {each.english}" for each in found.why)
    yield from (f"  {line}" for line in _figures(found))
    for group in found.groups:
        yield f"\nGroup {group.id}: {group.size} people"
        for each in group.representative:
            yield f"  {_SIGNS[each.direction]} {each.share:.0%} ({each.ratio:.1f}×) {said(each.statement)}"
    if found.consensus:
        yield "\nShared by all groups"
        yield from (f"  {each.value:.2f} {said(each.statement)}" for each in found.consensus[:5])
    yield "\nSaid by most" if found.majority else "\nMost people lean on no statement"
    yield from (f"  {_SIGNS[each.direction]} {each.share:.0%} {said(each.statement)}" for each in found.majority)


def _figures(found: Analysis) -> Iterator[str]:
    if found.silhouette is not None:
        yield f"k = {found.k}, silhouette {found.silhouette:.3f}"
    if found.stability is not None:
        yield f"chance reaches a silhouette of {found.stability.null_p95:.3f}"
        yield f"samples are alike by {found.stability.mean:.3f} on average, {found.stability.least:.3f} at least"
