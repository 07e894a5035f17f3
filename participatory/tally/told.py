"""An outcome as data: what a published result says of the count itself, without a word about places or people.

The page of results, the frozen document and the check of a published folder say it in the same keys. Equal shares and
Phragmén divide cents among ballots; their exact fractions become whole cents here by one rule: what people had or gave
is rounded down, what was missing or asked of each is rounded up. So the cost is always what they had left and what was
missing. Amounts are in cents.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from participatory.tally.declared_method import written_step
from participatory.tally.election import Election
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import MAIN_STAGE, Outcome, Part, ProjectOutcome, Purse, Reason, StageReport, Tie
from participatory.tally.terms import Terms
from participatory.tally.ties import Criterion

Data = dict[str, Any]

UNIT = 100
# How many of those who took the money of a project's supporters are named.
_NAMED = 3


def of_count(election: Election, outcome: Outcome, terms: Terms) -> Data:
    """What the result says of the count as a whole, by its keys."""
    return {
        "count": {
            "rule": outcome.rule,
            "method": of_method(outcome.method),
            "vote_type": election.vote_type.value,
            "ties": outcome.ties.value,
            "seed": terms.order.lot.seed.hex(),
            "lot_round": terms.order.lot.round,
            "threshold": terms.threshold,
            "winners": list(outcome.winners),
        },
        "budget_cents": outcome.budget,
        "cost_cents": outcome.cost,
        "remainder_cents": outcome.remainder,
        "exhaustive": outcome.exhaustive,
        "stages": [_stage(stage) for stage in outcome.stages],
        "ties": [_tie(tie, terms) for tie in outcome.ties_broken],
        "line": _line(outcome),
    }


def of_project(project: ProjectOutcome, outcome: Outcome, terms: Terms) -> Data:
    """What the result says of one project, but for its description."""
    place = outcome.winners.index(project.id) if project.state.wins else None
    step = None if place is None else outcome.steps[place]
    return {
        "id": project.id,
        "rank": project.rank,
        "state": project.state.value,
        "order": None if place is None else place + 1,
        "stage": project.stage,
        "part": step.part.value if step else None,
        "reason": project.reason.value if project.reason else None,
        "by": project.by,
        "votes": project.supporters,
        "score": project.score,
        "cost_cents": project.cost,
        "paid_cents": project.paid,
        "price_cents": _up(step.price) if step and step.price is not None else None,
        "partial_min_cents": (terms.partial or {}).get(project.id),
        "votes_missing": project.votes_missing,
        "cost_would_pass_cents": project.cost_would_pass,
        "purse": _purse(project, project.purse, outcome) if project.purse else None,
        "floors": [floor.key for floor in terms.floors if project.id in floor.project_ids],
    }


def of_limits(outcome: Outcome, terms: Terms) -> tuple[list[Data], list[Data]]:
    """What the result says of each floor and of each cap, but for their names."""
    floors = [
        {
            "key": floor.key,
            "amount_cents": floor.budget,
            "spent_cents": sum(step.paid for step in outcome.steps if step.stage == floor.key),
            "projects": len(floor.project_ids),
            "funded_by_it": sum(step.stage == floor.key for step in outcome.steps),
            "funded": len(floor.project_ids.intersection(outcome.winners)),
        }
        for floor in terms.floors
    ]
    caps = [
        {
            "key": cap.key,
            "scope": cap.key.partition(":")[0],
            "amount_cents": cap.amount,
            "spent_cents": sum(step.paid for step in outcome.steps if step.project in cap.project_ids),
            "projects": len(cap.project_ids),
            "funded": sum(step.project in cap.project_ids for step in outcome.steps),
        }
        for cap in terms.caps
    ]
    return floors, caps


def of_sites(projects: Iterable[Mapping[str, Any]], ballots: int) -> Iterator[Data]:
    """What the projects of each site receive, and that sum shared among all ballots, to the nearest cent."""
    received: dict[str, list[int]] = {}
    for project in projects:
        if project["site"]:
            received.setdefault(project["site"], []).append(project["paid_cents"])
    for site, paid in sorted(received.items()):
        share = (2 * sum(paid) + ballots) // (2 * ballots) if ballots else 0
        funded = sum(amount > 0 for amount in paid)
        yield {"site": site, "projects": len(paid), "funded": funded, "paid_cents": sum(paid),
               "per_ballot_cents": share}  # fmt: skip


def of_method(method: Method) -> Data:
    """A method; the options say nothing for rules other than equal shares. `step` reads like `1%` of B/n."""
    data: Data = {"rule": method.rule.value, "label": method.label}
    if method.rule is not RuleName.MES:
        return data
    raised = method.completion.raises_endowment
    return data | {
        "sat": method.sat.value,
        "completion": method.completion.value,
        "stop": method.stop.value if raised else None,
        "step": written_step(method, UNIT) if raised else None,
    }


def _stage(stage: StageReport) -> Data:
    return {
        "key": stage.key,
        "budget_cents": stage.budget,
        "spent_cents": stage.spent,
        "endowment": _exact(stage.endowment),
        "increment": _exact(stage.increment),
        "raises": stage.raises,
        "runs": stage.runs,
    }


def _exact(amount: Fraction | None) -> str | None:
    """A fraction of a cent as `num/den`."""
    return None if amount is None else f"{amount.numerator}/{amount.denominator}"


def _tie(tie: Tie, terms: Terms) -> Data:
    drawn = Criterion.LOT in tie.criteria
    return {
        "projects": list(tie.projects),
        "score": tie.score,
        "criteria": [criterion.value for criterion in tie.criteria],
        "decisive": tie.decisive,
        "tickets": {id_: f"{terms.order.lot.ticket(id_):064x}" for id_ in tie.projects} if drawn else {},
    }


def _line(outcome: Outcome) -> Data | None:
    """Where the money first did not suffice, for the rules that go along a list."""
    if outcome.method.rule not in (RuleName.GREEDY, RuleName.GREEDY_PER_COST):
        return None
    wanting = (Reason.NO_MONEY, Reason.OUTSIDE_FLOOR)
    stopped = next((project for project in outcome.projects if project.reason in wanting), None)
    if stopped is None:
        return None
    ranks = {project.id: project.rank for project in outcome.projects}
    # What a reserved part paid is gone before the rest is shared, whatever the ranks.
    gone = sum(s.paid for s in outcome.steps if s.stage != MAIN_STAGE or ranks[s.project] < stopped.rank)
    return {"project": stopped.id, "rank": stopped.rank, "left_cents": outcome.budget - gone}


def _purse(project: ProjectOutcome, purse: Purse, outcome: Outcome) -> Data:
    """The money of the supporters: `until` is the project whose funding made this one unaffordable."""
    left, last = _down(purse.left), purse.last_affordable
    steps = [step for step in outcome.steps if step.stage == purse.stage and step.part is Part.RULE]
    return {
        "left_cents": left,
        "missing_cents": max(project.cost - left, 0),
        "affordable": last is not None,
        "until": steps[last].project if last is not None and last < len(steps) else None,
        "left_then_cents": _down(purse.left_then),
        "taken": [{"project": taken.project, "cents": _down(taken.amount)} for taken in purse.largest[:_NAMED]],
    }


def _down(amount: Fraction) -> int:
    return amount.numerator // amount.denominator


def _up(amount: Fraction) -> int:
    return -(-amount.numerator // amount.denominator)
