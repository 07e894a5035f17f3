"""Writes an election as a Pabulib file that `pabulib_reader` reads back to the same election."""

from collections.abc import Iterable, Iterator

from participatory.tally.amounts import format_amount
from participatory.tally.election import Ballot, Election, Project, VoteType

Fields = dict[str, str]


def _names(written: str) -> list[str]:
    return written.split()


# The order of keys and columns that pabulib.org/format asks for; others come after, in their own order.
_META_ORDER = _names(
    "description country unit district subunit instance num_projects num_votes budget vote_type rule date_begin"
    " date_end min_length max_length min_sum_cost max_sum_cost min_points max_points min_sum_points max_sum_points"
    " default_score min_project_cost max_project_cost min_project_score_threshold neighborhoods subdistricts"
    " categories edition language currency fully_funded experimental comment acknowledgments leftover_budget"
)
_PROJECT_ORDER = _names(
    "project_id cost votes score name category beneficiaries selected neighborhood subunit district description"
    " proposer public_id latitude longitude"
)
_VOTE_ORDER = _names("voter_id vote points age sex voting_method district neighborhood education")


def write_election(election: Election) -> str:
    """The text of the `.pb` file: UTF-8, fields in quotation marks where the format asks for it.

    The budget and the numbers of projects and votes are written from what the
    election holds, never from what `meta` remembers. A ballot cast several times is
    written as often. Raises ValueError for an id that the format cannot hold.
    """
    projects = [_project(project, election.unit) for project in election.projects]
    votes = [vote for ballot in election.ballots for vote in _votes(ballot, election.vote_type)]
    records = [
        *_meta(election),
        *_table("PROJECTS", projects, ["project_id", "cost"], _PROJECT_ORDER),
        *_table("VOTES", votes, _vote_columns(election.vote_type), _VOTE_ORDER),
    ]
    return "".join(";".join(map(_quoted, record)) + "\n" for record in records)


def _quoted(value: str) -> str:
    if any(character in value for character in ';"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _ordered(names: Iterable[str], order: list[str]) -> list[str]:
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _meta(election: Election) -> Iterator[list[str]]:
    fields = election.meta | {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": format_amount(election.budget, election.unit),
    }
    yield ["META"]
    yield ["key", "value"]
    for key in _ordered(fields, _META_ORDER):
        yield [key, fields[key]]


def _table(title: str, rows: list[Fields], required: list[str], order: list[str]) -> Iterator[list[str]]:
    """The required columns and every column that some row fills; the others are left out."""
    filled = dict.fromkeys(required) | dict.fromkeys(column for row in rows for column in row)
    columns = _ordered(filled, order)
    yield [title]
    yield columns
    for row in rows:
        yield [row.get(column, "") for column in columns]


def _project(project: Project, unit: int) -> Fields:
    if "," in project.id or not project.id.strip():
        raise ValueError(f"an id cannot be empty or hold a comma: {project.id!r}")
    named = {"name": project.name} if project.name else {}
    return {"project_id": project.id, "cost": format_amount(project.cost, unit)} | named | project.extra


def _vote_columns(vote_type: VoteType) -> list[str]:
    pointed = vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    return ["voter_id", "vote", *(["points"] if pointed else [])]


def _votes(ballot: Ballot, vote_type: VoteType) -> Iterator[Fields]:
    named = ",".join(project for project, _ in ballot.choices)
    given = ",".join(str(points) for _, points in ballot.choices)
    for copy in range(ballot.multiplicity):
        voter = ballot.voter if copy == 0 else f"{ballot.voter}-{copy + 1}"
        values = (voter, named, given)
        yield dict(zip(_vote_columns(vote_type), values, strict=False)) | ballot.extra
