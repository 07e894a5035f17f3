"""Reads the VOTES table of a Pabulib file, for each of the five types of vote."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from participatory.tally.election import Ballot, Choices, VoteType, approval, ranking
from participatory.tally.faults import Fault, Problems
from participatory.tally.pabulib_sections import Section

# Points are whole numbers, sometimes written as `2.0`; points taken away are written with a minus.
_POINTS = re.compile(r"([+-]?\d{1,18})(?:\.0+)?")
# Most files say nothing of the voter: their ballots share one empty answer.
_NOTHING: dict[str, str] = {}


class _WrongVoteError(Exception):
    """One vote that cannot be read; the caller knows its line."""

    def __init__(self, fault: Fault, **values: object) -> None:
        super().__init__(fault)
        self.fault = fault
        self.values = values


@dataclass(frozen=True)
class _Columns:
    """Where the fields of a vote stand in its row; `extra` are the columns about the voter."""

    voter: int | None
    vote: int
    points: int | None
    extra: tuple[tuple[int, str], ...]


def read_ballots(
    section: Section, vote_type: VoteType, projects: frozenset[str], max_length: int, problems: Problems
) -> list[Ballot]:
    """The ballots of the table, in its order; votes that cannot be read are noted in `problems`.

    `max_length` is the declared length of a ballot (0 when there is none): a ranking
    has as many places as that, or as the longest ballot, whichever is more.
    """
    columns = _columns(section, vote_type, problems)
    if columns is None:
        return []
    read = _cached_reader(vote_type, projects)
    ballots = []
    for number, row in enumerate(section.rows, start=1):
        cells = row.cells
        if any(cells[len(section.columns) :]):
            problems.add(row.line, Fault.TOO_MANY_FIELDS)
        voter = _cell(cells, columns.voter) or str(number)
        extra = {name: cells[at] for at, name in columns.extra if at < len(cells) and cells[at]} or _NOTHING
        try:
            choices = read(_cell(cells, columns.vote), _cell(cells, columns.points))
        except _WrongVoteError as wrong:
            problems.add(row.line, wrong.fault, **wrong.values)
            choices = ()
        ballots.append(Ballot(voter, choices, extra))
    return _with_places(ballots, max_length) if vote_type is VoteType.ORDINAL else ballots


def _columns(section: Section, vote_type: VoteType, problems: Problems) -> _Columns | None:
    pointed = vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    vote, points = section.column("vote"), section.column("points") if pointed else None
    if vote is None:
        problems.add(section.line + 1, Fault.MISSING_COLUMN, name="vote")
        return None
    if pointed and points is None:
        problems.add(section.line + 1, Fault.MISSING_COLUMN, name="points")
        return None
    used = {section.column("voter_id"), vote, points}
    extra = tuple((at, name) for at, name in enumerate(section.columns) if at not in used and name)
    return _Columns(section.column("voter_id"), vote, points, extra)


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _cached_reader(vote_type: VoteType, projects: frozenset[str]) -> Callable[[str, str], Choices]:
    # Many people cast the same ballot: it is read once and its choices are shared in memory. So are
    # the choices of one project with the same points on different ballots: large files hold millions.
    cache: dict[tuple[str, str], Choices] = {}
    shared: dict[tuple[str, int], tuple[str, int]] = {}

    def read(vote: str, points: str) -> Choices:
        key = vote, points
        if key not in cache:
            choices = _read_choices(vote_type, vote, points, projects)
            cache[key] = tuple([shared.setdefault(choice, choice) for choice in choices])
        return cache[key]

    return read


def _read_choices(vote_type: VoteType, vote: str, points: str, projects: frozenset[str]) -> Choices:
    named = _items(vote)
    for project in named:
        if project not in projects:
            raise _WrongVoteError(Fault.UNKNOWN_PROJECT, value=project)
    if vote_type in (VoteType.CUMULATIVE, VoteType.SCORING):
        return _read_points(named, _items(points))
    if vote_type is VoteType.CHOOSE_1 and len(set(named)) > 1:
        raise _WrongVoteError(Fault.SEVERAL_CHOICES)
    return approval(named)


def _items(written: str) -> list[str]:
    return [item for item in (part.strip() for part in written.split(",")) if item]


def _read_points(named: list[str], points: list[str]) -> Choices:
    if len(named) != len(points):
        raise _WrongVoteError(Fault.POINTS_MISMATCH, choices=len(named), points=len(points))
    choices: dict[str, int] = {}
    for project, written in zip(named, points, strict=True):
        if project in choices:
            raise _WrongVoteError(Fault.REPEATED_CHOICE, value=project)
        matched = _POINTS.fullmatch(written)
        if matched is None:
            raise _WrongVoteError(Fault.BAD_NUMBER, name="points", value=written)
        choices[project] = int(matched.group(1))
    return tuple(choices.items())


def _with_places(ballots: list[Ballot], max_length: int) -> list[Ballot]:
    # The number of places is known only once the longest ballot has been read.
    places = max([max_length, *(len(ballot.choices) for ballot in ballots)])
    shared: dict[Choices, Choices] = {}

    def ranked(choices: Choices) -> Choices:
        if choices not in shared:
            shared[choices] = ranking([project for project, _ in choices], places)
        return shared[choices]

    return [Ballot(ballot.voter, ranked(ballot.choices), ballot.extra) for ballot in ballots]
