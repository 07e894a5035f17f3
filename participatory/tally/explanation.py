"""Why each project was funded or not, and exactly what was missing.

The figures for a project that was not funded need no second count. It took no money
in any stage, so the steps of each stage are what would have happened without it; had
it come earlier in the order, it would have met the money that these steps show. More
votes or a lower cost only move it forward, so each stage has one point from which it
is funded, and the easiest stage gives the figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from participatory.tally.counting import Standing, with_more_points, with_more_votes
from participatory.tally.election import VoteType
from participatory.tally.outcome import ProjectOutcome, Reason, State, Step, Tie
from participatory.tally.stages import Stage, Terms
from participatory.tally.ties import Order


def explain_projects(
    ranked: Sequence[Standing], stages: Sequence[Stage], terms: Terms, vote_type: VoteType
) -> tuple[ProjectOutcome, ...]:
    """What became of each project, in the order of the ranks."""
    paid = {step.project: step for stage in stages for step in stage.steps}
    return tuple(
        _funded(rank, standing, paid[standing.project])
        if standing.project in paid
        else _not_funded(rank, standing, stages, terms, vote_type)
        for rank, standing in enumerate(ranked, start=1)
    )


def _funded(rank: int, s: Standing, step: Step) -> ProjectOutcome:
    return ProjectOutcome(s.project, State.FUNDED, rank, s.score, s.supporters, s.cost, stage=step.stage)


def _not_funded(rank: int, s: Standing, stages: Sequence[Stage], terms: Terms, vote_type: VoteType) -> ProjectOutcome:
    return ProjectOutcome(
        s.project,
        State.NOT_FUNDED,
        rank,
        s.score,
        s.supporters,
        s.cost,
        reason=Reason.NO_MONEY if terms.admits(s) else Reason.THRESHOLD,
        votes_missing=votes_missing(s, stages, terms, vote_type),
        cost_would_pass=cost_would_pass(s, stages, terms),
    )


def votes_missing(loser: Standing, stages: Sequence[Stage], terms: Terms, vote_type: VoteType) -> int | None:
    """The smallest number of further votes, or points, that would have funded the project.

    It must reach the threshold, and come before the first project whose purchase left
    less than it costs. None where it costs more than every stage that concerns it had.
    """
    to_threshold = 0 if terms.threshold is None else terms.threshold - loser.score
    possible = [
        max(to_threshold, votes_to_be_paid(loser, stage, terms.order, vote_type))
        for stage in stages
        if stage.concerns(loser.project) and loser.cost <= stage.budget
    ]
    return min(possible, default=None)


def votes_to_be_paid(loser: Standing, stage: Stage, order: Order, vote_type: VoteType) -> int:
    """Further votes, or points, with which the project meets enough money in this stage."""
    for step in stage.steps:
        if step.remaining_after < loser.cost:
            return votes_to_precede(loser, step.standing, order, vote_type)
    return 0


def votes_to_precede(loser: Standing, rival: Standing, order: Order, vote_type: VoteType) -> int:
    """Further votes, or points, with which the project is considered before its rival.

    Those that make the scores equal, if the tie is then broken in its favour; else one more.
    """
    gap = rival.score - loser.score
    more = with_more_votes if vote_type.counts_votes else with_more_points
    return gap if order.precedes(more(loser, gap), rival) else gap + 1


def cost_would_pass(loser: Standing, stages: Sequence[Stage], terms: Terms) -> int | None:
    """The highest cost, in integer units, at which the project would have been funded.

    None where no cost would do: below the threshold, or when nothing was left at its place.
    """
    if not terms.admits(loser):
        return None
    costs = [
        cost for stage in stages if stage.concerns(loser.project) for cost in _payable_costs(loser, stage, terms.order)
    ]
    highest = max(costs, default=0)
    return highest if highest > 0 else None


def _payable_costs(loser: Standing, stage: Stage, order: Order) -> Iterator[int]:
    """Costs that the stage would pay.

    The money left at the project's place, and that at the place of each project of
    equal score that a lower cost would let it pass.
    """
    left = stage.budget
    for step in stage.steps:
        if not order.precedes(step.standing, loser):
            break
        if step.score == loser.score:
            for cost in (step.cost, step.cost - 1):
                if order.precedes(replace(loser, cost=cost), step.standing):
                    yield min(cost, left)
        left = step.remaining_after
    yield left


def explain_ties(ranked: Sequence[Standing], stages: Sequence[Stage], terms: Terms) -> tuple[Tie, ...]:
    """The groups of projects of equal score among those that reach the threshold."""
    paid = {step.project for stage in stages for step in stage.steps}
    admitted = [standing for standing in ranked if terms.admits(standing)]
    groups = [tuple(group) for _, group in groupby(admitted, key=lambda standing: standing.score)]
    return tuple(_tie(group, paid, terms.order) for group in groups if len(group) > 1)


def _tie(group: tuple[Standing, ...], paid: set[str], order: Order) -> Tie:
    projects = tuple(standing.project for standing in group)
    criteria = tuple(order.decided_by(one, other) for one, other in pairwise(group))
    return Tie(projects, group[0].score, criteria, decisive=0 < len(paid.intersection(projects)) < len(group))
