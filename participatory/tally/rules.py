"""The rules of counting that a rulebook can choose; at present greedy by votes.

Only integers are added and compared, so no result depends on rounding.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from participatory.tally.counting import Standing, count
from participatory.tally.election import Election
from participatory.tally.explanation import explain_projects, explain_ties
from participatory.tally.outcome import MAIN_STAGE, Outcome, Step
from participatory.tally.stages import Floor, Stage, Terms


def greedy(election: Election, terms: Terms | None = None) -> Outcome:
    """Greedy by votes: by total score, highest first; a project that does not fit is skipped.

    Floors are filled first, in their order, each with the projects it concerns, by
    the same rule and with the floor as budget. What they leave joins the rest of the
    budget, on which all remaining projects compete. `terms` defaults to the whole
    budget of the election, without floor or threshold, ties by id.
    """
    terms = terms or Terms(election.budget)
    ranked = sorted(count(election), key=terms.order.key)
    stages = run_stages([standing for standing in ranked if terms.admits(standing)], terms)
    return Outcome(
        rule="greedy",
        ties=terms.order.ties,
        budget=terms.budget,
        steps=tuple(step for stage in stages for step in stage.steps),
        projects=explain_projects(ranked, stages, terms, election.vote_type),
        ties_broken=explain_ties(ranked, stages, terms),
    )


def run_stages(ranked: Sequence[Standing], terms: Terms) -> tuple[Stage, ...]:
    """Each floor in its order, then everything that is left for all remaining projects."""
    stages: list[Stage] = []
    funded: set[str] = set()
    for floor in terms.floors:
        stage = run_floor(floor, [s for s in ranked if s.project not in funded])
        funded.update(step.project for step in stage.steps)
        stages.append(stage)
    rest = terms.outside_floors + sum(stage.unspent for stage in stages)
    steps = fund_in_order(MAIN_STAGE, rest, (s for s in ranked if s.project not in funded))
    return (*stages, Stage(MAIN_STAGE, rest, None, steps))


def run_floor(floor: Floor, ranked: Iterable[Standing]) -> Stage:
    """The floor spent on the projects it concerns."""
    concerned = (standing for standing in ranked if standing.project in floor.project_ids)
    return Stage(floor.key, floor.budget, floor.project_ids, fund_in_order(floor.key, floor.budget, concerned))


def fund_in_order(stage: str, budget: int, ranked: Iterable[Standing]) -> tuple[Step, ...]:
    """Fund each project that still fits, in the order given; skip the others."""
    steps: list[Step] = []
    remaining = budget
    for s in ranked:
        if s.cost <= remaining:
            remaining -= s.cost
            steps.append(Step(s.project, stage, s.score, s.supporters, s.cost, remaining))
    return tuple(steps)


@dataclass(frozen=True)
class Rule:
    """A rule of counting under the name by which rulebooks and commands choose it."""

    name: str
    count: Callable[[Election, Terms | None], Outcome]


RULES: dict[str, Rule] = {"greedy": Rule("greedy", greedy)}
