"""Writes an election as a Pabulib file that `pabulib_reader` reads back to the same election."""

from collections.abc import Iterable, Iterator

from participatory.tally.amounts import format_amount
from participatory.tally.election import Ballot, Election, Project, VoteType


def write_election(election: Election) -> str:
    """The text of the `.pb` file: UTF-8, fields in quotation marks where the format asks for it.

    The budget and the numbers of projects and votes are written from what the
    election holds, never from what `meta` remembers. A ballot cast several times is
    written as often. Raises ValueError for an id that the format cannot hold.
    """
    records = [*_meta(election), *_projects(election), *_votes(election)]
    return "".join(";".join(map(_quoted, record)) + "\n" for record in records)


def _quoted(value: str) -> str:
    if any(character in value for character in ';"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _meta(election: Election) -> Iterator[list[str]]:
    held = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": format_amount(election.budget, election.unit),
    }
    yield ["META"]
    yield ["key", "value"]
    for key, value in (election.meta | held).items():
        yield [key, value]


def _projects(election: Election) -> Iterator[list[str]]:
    columns = _extra_columns(election.projects)
    named = any(project.name for project in election.projects)
    yield ["PROJECTS"]
    yield ["project_id", "cost", *(["name"] if named else []), *columns]
    for project in election.projects:
        if "," in project.id or not project.id.strip():
            raise ValueError(f"an id cannot be empty or hold a comma: {project.id!r}")
        cost = format_amount(project.cost, election.unit)
        extra = [project.extra.get(column, "") for column in columns]
        yield [project.id, cost, *([project.name] if named else []), *extra]


def _votes(election: Election) -> Iterator[list[str]]:
    columns = _extra_columns(election.ballots)
    pointed = election.vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    yield ["VOTES"]
    yield ["voter_id", "vote", *(["points"] if pointed else []), *columns]
    for ballot in election.ballots:
        vote = ",".join(project for project, _ in ballot.choices)
        points = [",".join(str(given) for _, given in ballot.choices)] if pointed else []
        extra = [ballot.extra.get(column, "") for column in columns]
        for copy in range(ballot.multiplicity):
            voter = ballot.voter if copy == 0 else f"{ballot.voter}-{copy + 1}"
            yield [voter, vote, *points, *extra]


def _extra_columns(rows: Iterable[Project | Ballot]) -> list[str]:
    """Every column that some row fills, in the order of their first appearance."""
    return list(dict.fromkeys(column for row in rows for column in row.extra))
