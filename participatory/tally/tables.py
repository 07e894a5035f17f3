"""Outcomes as tables to read in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from participatory.tally.amounts import format_amount
from participatory.tally.compare import Alternative
from participatory.tally.election import Election
from participatory.tally.outcome import Outcome, ProjectOutcome, StageReport, State
from participatory.tally.profile import Profile

_NAME = 60


def as_text(election: Election, profile: Profile, outcome: Outcome) -> Iterator[str]:
    """The lines that the command prints without `--json`."""
    unit = election.unit
    yield f"Rule {outcome.method.label}, ties {outcome.ties}, budget {format_amount(outcome.budget, unit)}"
    yield f"{outcome.ballots} ballots, {len(profile.weight)} different"
    yield f"{_funded(outcome)} for {format_amount(outcome.cost, unit)}, {format_amount(outcome.remainder, unit)} left"
    yield f"{outcome.ballots_with_winner} ballots support a funded project"
    if not outcome.exhaustive:
        yield "Some project that was left out for want of money would still fit in what is left"
    for stage in outcome.stages:
        yield _stage(stage, unit)
    yield ""
    yield from _projects(election, outcome)
    yield from _ties(outcome)


def _funded(outcome: Outcome) -> str:
    return f"{len(outcome.winners)} funded"


def _stage(stage: StageReport, unit: int) -> str:
    line = f"Stage {stage.key}: {format_amount(stage.spent, unit)} of {format_amount(stage.budget, unit)}"
    if stage.endowment is None:
        return line
    raised = ""
    if stage.raises is not None and stage.increment is not None:
        raised = f" after k = {stage.raises} raises of {float(stage.increment / unit):.6g}"
    return f"{line}, {float(stage.endowment / unit):.3f} for each ballot{raised}"


def _projects(election: Election, outcome: Outcome) -> Iterator[str]:
    names = {project.id: project.name for project in election.projects}
    rows = [["Rank", "Project", "Score", "Cost", "Result", "Name"]]
    for project in outcome.projects:
        cost = format_amount(project.cost, election.unit)
        name = names[project.id].replace("\n", " ")[:_NAME]
        rows.append([str(project.rank), project.id, str(project.score), cost, _result(project, election.unit), name])
    return aligned(rows)


def _result(project: ProjectOutcome, unit: int) -> str:
    if project.state is State.FUNDED:
        return f"funded ({project.stage})"
    if project.state is State.PARTLY_FUNDED:
        return f"funded in part ({format_amount(project.paid, unit)})"
    by = f" {project.by}" if project.by else ""
    return f"not funded ({project.reason}{by})"


def _ties(outcome: Outcome) -> Iterator[str]:
    decisive = [tie for tie in outcome.ties_broken if tie.decisive]
    if decisive:
        yield ""
    for tie in decisive:
        at = "" if tie.score is None else f" at {tie.score}"
        yield f"Tie{at}: {' > '.join(tie.projects)} (by {', '.join(dict.fromkeys(tie.criteria))})"


def comparison(election: Election, alternatives: Sequence[Alternative]) -> Iterator[str]:
    """The rules side by side: figures, money by category, and the projects on which they differ."""
    yield f"Budget {format_amount(election.budget, election.unit)}, {election.voters} ballots"
    yield "What other rules would have given binds nobody."
    yield ""
    yield from aligned([["", *(each.method.label for each in alternatives)], *_figures(election, alternatives)])
    differing = list(_differences(election, alternatives))
    if differing:
        yield ""
        yield "Projects on which the rules differ (x: funded)"
        yield from aligned(differing)


def _figures(election: Election, alternatives: Sequence[Alternative]) -> Iterator[list[str]]:
    unit = election.unit
    yield ["funded projects", *(str(len(each.winners)) for each in alternatives)]
    yield ["cost", *(format_amount(each.cost, unit) for each in alternatives)]
    yield ["ballots with one", *(str(each.ballots_with_winner) for each in alternatives)]
    for name in sorted(set(chain.from_iterable(each.by_category for each in alternatives))):
        spent = (format_amount(each.by_category.get(name, 0), unit) for each in alternatives)
        yield [f"  {name or 'no category'}"[:_NAME], *spent]


def _differences(election: Election, alternatives: Sequence[Alternative]) -> Iterator[list[str]]:
    funded = [frozenset(each.winners) for each in alternatives]
    for project in election.projects:
        marks = ["x" if project.id in winners else "-" for winners in funded]
        if len(set(marks)) > 1:
            yield [project.id, *marks, project.name.replace("\n", " ")[:_NAME]]


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows with their columns one under the other."""
    kept = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*kept, strict=True)]
    for row in kept:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
