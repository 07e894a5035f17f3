"""What became of each project, in the frozen document.

Equal shares and Phragmén divide cents among ballots. Their exact fractions become whole
cents here by one rule: what people had or gave is rounded down, what was missing or
asked of each is rounded up. So the cost is always what they had left and what was missing.
"""

from fractions import Fraction

from participatory.results.editions import Data
from participatory.tally.outcome import Outcome, Part, ProjectOutcome, Purse, Step
from participatory.tally.terms import Terms

# How many of those who took the money of a project's supporters are named.
_NAMED = 3


def explained(project: ProjectOutcome, outcome: Outcome, terms: Terms) -> Data:
    """The state of a project, with what it received or what it missed."""
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


def _purse(project: ProjectOutcome, purse: Purse, outcome: Outcome) -> Data:
    """The money of the supporters; `until` is the project whose funding made this one unaffordable."""
    left = _down(purse.left)
    last = purse.last_affordable
    steps = _paid_from(purse, outcome)
    return {
        "left_cents": left,
        "missing_cents": max(project.cost - left, 0),
        "affordable": last is not None,
        "until": steps[last].project if last is not None and last < len(steps) else None,
        "left_then_cents": _down(purse.left_then),
        "taken": [{"project": taken.project, "cents": _down(taken.amount)} for taken in purse.largest[:_NAMED]],
    }


def _paid_from(purse: Purse, outcome: Outcome) -> list[Step]:
    """The steps that took money from ballots: those of the rule in its stage, without what completed them."""
    return [step for step in outcome.steps if step.stage == purse.stage and step.part is Part.RULE]


def _down(amount: Fraction) -> int:
    return amount.numerator // amount.denominator


def _up(amount: Fraction) -> int:
    return -(-amount.numerator // amount.denominator)
