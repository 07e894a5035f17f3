"""An outcome as the command shows it: one JSON object, or a table to read."""

from collections.abc import Iterator

from participatory.tally.amounts import format_amount
from participatory.tally.election import Election
from participatory.tally.outcome import Outcome, ProjectOutcome, State


def as_json(file: str, election: Election, outcome: Outcome, explain: bool) -> dict[str, object]:
    """The object that `--json` prints. Amounts are in the currency of the file."""
    report: dict[str, object] = {
        "file": file,
        "rule": outcome.rule,
        # Greedy has neither a satisfaction function nor a completion.
        "sat": None,
        "completion": None,
        "ties": outcome.ties.value,
        "budget": _number(outcome.budget, election.unit),
        "ballots": election.voters,
        "distinct": election.distinct,
        "winners": list(outcome.winners),
        "cost": _number(outcome.cost, election.unit),
        "steps": [{"project": s.project, "stage": s.stage, "rho": None} for s in outcome.steps],
    }
    if explain:
        report["projects"] = [_project(project, election.unit) for project in outcome.projects]
    return report


def _project(project: ProjectOutcome, unit: int) -> dict[str, object]:
    would_pass = project.cost_would_pass
    return {
        "id": project.id,
        "state": project.state.value,
        "reason": project.reason.value if project.reason else None,
        "rank": project.rank,
        "stage": project.stage,
        "score": project.score,
        "supporters": project.supporters,
        "cost": _number(project.cost, unit),
        "votes_missing": project.votes_missing,
        "cost_would_pass": None if would_pass is None else _number(would_pass, unit),
    }


def _number(units: int, unit: int) -> int | float:
    # JSON has no decimal type. The count is over: this is only how an amount with cents is written.
    return units // unit if units % unit == 0 else float(format_amount(units, unit))


def as_text(election: Election, outcome: Outcome, explain: bool) -> Iterator[str]:
    """The lines of the table that the command prints without `--json`."""
    money = {name: format_amount(value, election.unit) for name, value in _totals(outcome).items()}
    yield f"Rule {outcome.rule}, ties {outcome.ties}, budget {money['budget']}, {election.voters} ballots"
    yield f"{len(outcome.winners)} funded for {money['cost']}, {money['remainder']} left"
    yield ""
    yield from _table(election, outcome, explain)
    decisive = [tie for tie in outcome.ties_broken if tie.decisive]
    if decisive:
        yield ""
    for tie in decisive:
        yield f"Tie at {tie.score}: {' > '.join(tie.projects)} (by {', '.join(dict.fromkeys(tie.criteria))})"


def _totals(outcome: Outcome) -> dict[str, int]:
    return {"budget": outcome.budget, "cost": outcome.cost, "remainder": outcome.remainder}


def _table(election: Election, outcome: Outcome, explain: bool) -> Iterator[str]:
    names = {project.id: project.name for project in election.projects}
    rows = [["Rank", "Project", "Score", "Cost", "Result", "Name"]]
    for project in outcome.projects:
        cost = format_amount(project.cost, election.unit)
        result = _result(project, election.unit, explain)
        name = names[project.id].replace("\n", " ")[:60]
        rows.append([str(project.rank), project.id, str(project.score), cost, result, name])
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _result(project: ProjectOutcome, unit: int, explain: bool) -> str:
    if project.state is State.FUNDED:
        return f"funded ({project.stage})"
    reason = f"not funded ({project.reason})"
    if not explain:
        return reason
    votes = "no number of votes" if project.votes_missing is None else f"{project.votes_missing} more"
    cost = project.cost_would_pass
    passing = "no cost" if cost is None else f"a cost of {format_amount(cost, unit)}"
    return f"{reason}: {votes} or {passing} would have passed"
