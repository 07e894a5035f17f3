"""An outcome as the command shows it in one JSON object. Amounts are in the currency of the file."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from participatory.tally.amounts import format_amount
from participatory.tally.compare import Alternative
from participatory.tally.election import Election
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import Outcome, ProjectOutcome, Purse, StageReport, Step
from participatory.tally.profile import Profile

Report = dict[str, object]


def as_json(
    file: str, election: Election, profile: Profile, outcome: Outcome, said: Mapping[str, str] | None
) -> Report:
    """The object that `--json` prints; with sentences by project also what became of each and where the money went."""
    unit = election.unit
    report: Report = {
        "file": file,
        **_method(outcome.method),
        "ties": outcome.ties.value,
        "budget": number(outcome.budget, unit),
        "ballots": outcome.ballots,
        "distinct": len(profile.weight),
        "winners": list(outcome.winners),
        "cost": number(outcome.cost, unit),
        "steps": [{"project": s.project, "stage": s.stage, "rho": _rho(s, outcome, unit)} for s in outcome.steps],
    }
    if said is not None:
        report |= {
            **_stop(outcome.method),
            "remainder": number(outcome.remainder, unit),
            "exhaustive": outcome.exhaustive,
            "ballots_with_winner": outcome.ballots_with_winner,
            "spending_per_ballot": spending_per_ballot(election, outcome),
            "stages": [_stage(stage, unit) for stage in outcome.stages],
            "projects": [
                _project(project, outcome, unit) | {"sentence": said.get(project.id)} for project in outcome.projects
            ],
        }
    return report


def comparison_as_json(file: str, election: Election, alternatives: tuple[Alternative, ...]) -> Report:
    """The object that `--compare --json` prints."""
    rules = _rules(election, alternatives)
    return {"file": file, "budget": number(election.budget, election.unit), "ballots": election.voters, "rules": rules}


def alternatives_as_json(election: Election, alternatives: Sequence[Alternative]) -> Report:
    """What `--explain` adds of the other methods, nothing where there are none."""
    return {"alternatives": _rules(election, alternatives)} if alternatives else {}


def _rules(election: Election, alternatives: Sequence[Alternative]) -> list[Report]:
    """What each method gives, in the currency of the file."""
    unit = election.unit
    return [
        {
            **_method(each.method),
            "winners": list(each.winners),
            "cost": number(each.cost, unit),
            "ballots_with_winner": each.ballots_with_winner,
            "by_category": {name: number(spent, unit) for name, spent in sorted(each.by_category.items())},
        }
        for each in alternatives
    ]


def number(units: int, unit: int) -> int | float:
    """An amount in the currency; JSON has no decimal type, and the count is over when this is written."""
    return units // unit if units % unit == 0 else float(format_amount(units, unit))


def spending_per_ballot(election: Election, outcome: Outcome) -> dict[str, float]:
    """What was spent on the projects of each site, divided by the number of ballots, to the hundredth.

    The site is the column `neighborhood` of the projects; "" for those without one.
    """
    sites = {project.id: project.extra.get("neighborhood", "") for project in election.projects}
    spent = dict.fromkeys(sorted(set(sites.values())), 0)
    for step in outcome.steps:
        spent[sites[step.project]] += step.paid
    people = max(1, outcome.ballots) * election.unit
    return {site: float(round(Fraction(amount, people), 2)) for site, amount in spent.items()}


def _method(method: Method) -> Report:
    shares = method.rule is RuleName.MES
    return {
        "rule": method.rule.value,
        "sat": method.sat.value if shares else None,
        "completion": method.completion.value if shares else None,
    }


def _stop(method: Method) -> Report:
    """When add1 stops, and its δ, which stand beside the final k in `stages`."""
    raises = method.rule is RuleName.MES and method.completion.raises_endowment
    return {"stop": method.stop.value if raises else None}


def _stage(stage: StageReport, unit: int) -> Report:
    return {
        "key": stage.key,
        "budget": number(stage.budget, unit),
        "spent": number(stage.spent, unit),
        "projects": list(stage.projects),
        "endowment": _money(stage.endowment, unit),
        "step": _money(stage.increment, unit),
        "k": stage.raises,
        "runs": stage.runs,
    }


def _project(project: ProjectOutcome, outcome: Outcome, unit: int) -> Report:
    would_pass = project.cost_would_pass
    report: Report = {
        "id": project.id,
        "state": project.state.value,
        "reason": project.reason.value if project.reason else None,
        "by": project.by,
        "rank": project.rank,
        "stage": project.stage,
        "score": project.score,
        "supporters": project.supporters,
        "cost": number(project.cost, unit),
        "votes_missing": project.votes_missing,
        "cost_would_pass": None if would_pass is None else number(would_pass, unit),
    }
    if project.state.wins:
        order = outcome.winners.index(project.id)
        report |= _funding(order + 1, outcome.steps[order], outcome, unit)
    return report | (_purse(project.purse, unit) if project.purse else {})


def _funding(order: int, step: Step, outcome: Outcome, unit: int) -> Report:
    """When the project was funded, and for equal shares its ρ and what a supporter paid at most."""
    return {
        "order": order,
        "part": step.part.value,
        "paid": number(step.paid, unit),
        "rho": _rho(step, outcome, unit),
        "price": _money(step.price, unit),
    }


def _purse(purse: Purse, unit: int) -> Report:
    """The money of the supporters, in hundredths of the currency."""
    taken = [
        {"project": p.project, "amount": _money(p.amount, unit), "left_after": _money(p.left_after, unit)}
        for p in purse.taken
    ]
    return {
        "money_left": _money(purse.left, unit),
        "money_missing": _money(purse.missing, unit),
        "last_affordable_step": purse.last_affordable,
        "money_left_then": _money(purse.left_then, unit),
        "money_taken": taken,
    }


def _money(units: Fraction | None, unit: int) -> float | None:
    return None if units is None else float(round(units / unit, 2))


def _rho(step: Step, outcome: Outcome, unit: int) -> str | None:
    """ρ as `num/den`: of the currency for each unit of satisfaction, which may itself be of the currency."""
    if step.rho is None:
        return None
    rho = step.rho if outcome.method.sat.by_cost else step.rho / unit
    return f"{rho.numerator}/{rho.denominator}"
