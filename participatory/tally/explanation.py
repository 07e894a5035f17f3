"""Why each project was funded or not under a greedy rule, and exactly what was missing.

The figures for a project that was not funded need no second count. It took no money
and no place in any stage, so the steps of each stage are what would have happened without
it; had it come earlier in the order, it would have met the money, the caps and the groups
that these steps show. More votes or a lower cost only move it forward, so the easiest of
all moments at which it could have been funded gives the figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from participatory.tally.counting import Standing, with_more_points, with_more_votes
from participatory.tally.election import VoteType
from participatory.tally.limits import Limits
from participatory.tally.outcome import Part
from participatory.tally.stages import Stage
from participatory.tally.terms import Terms
from participatory.tally.ties import Order


class Moment(NamedTuple):
    """A moment of a stage: the highest cost then possible, and the project funded next (None at the end)."""

    stage: str
    room: int
    rival: Standing | None


def moments(loser: Standing, stages: Sequence[Stage], terms: Terms) -> Iterator[Moment]:
    """The moments at which a project that was not funded could have been, had it come first and cost little enough."""
    limits = Limits(terms)
    if not limits.concern(loser.project):
        yield from _unlimited(loser, stages)
        return
    for stage in stages:
        concerned = stage.concerns(loser.project)
        for step in stage.steps:
            if step.part is Part.PARTIAL:
                # What partial funding took would have gone first to a project that fits.
                if limits.open_to(loser.project):
                    yield Moment(stage.key, limits.room_within(loser.project, step.remaining_before), None)
                return
            if concerned and limits.open_to(loser.project):
                yield Moment(stage.key, limits.room_within(loser.project, step.remaining_before), step.standing)
            limits.fund(step.project, step.paid)
        if concerned and limits.open_to(loser.project):
            yield Moment(stage.key, limits.room_within(loser.project, stage.unspent), None)


def _unlimited(loser: Standing, stages: Sequence[Stage]) -> Iterator[Moment]:
    """The same for a project that no cap, group or requirement concerns: only money counts."""
    for stage in stages:
        if not stage.concerns(loser.project):
            continue
        for room, rival in stage.openings:
            yield Moment(stage.key, room, rival)


def votes_missing(
    loser: Standing, stages: Sequence[Stage], terms: Terms, order: Order, vote_type: VoteType
) -> int | None:
    """The smallest number of further votes, or points, that would have funded the project.

    It must reach the threshold, and at some moment with enough money come before the
    project then funded. None where there is no such moment.
    """
    to_threshold = 0 if terms.threshold is None else terms.threshold - loser.score
    possible = [
        max(to_threshold, 0 if moment.rival is None else votes_to_precede(loser, moment.rival, order, vote_type))
        for moment in _latest(loser, stages, terms)
    ]
    return min(possible, default=None)


def _latest(loser: Standing, stages: Sequence[Stage], terms: Terms) -> list[Moment]:
    """The moments with room for the project among which the easiest is.

    Where nothing can make projects wait, those funded later have less merit, so the last
    moment of each stage is the easiest; else each counts.
    """
    if terms.requires:
        return [moment for moment in moments(loser, stages, terms) if loser.cost <= moment.room]
    last = {moment.stage: moment for moment in moments(loser, stages, terms) if loser.cost <= moment.room}
    return list(last.values())


def votes_to_precede(loser: Standing, rival: Standing, order: Order, vote_type: VoteType) -> int:
    """Further votes, or points, with which the project is considered before its rival.

    Those that bring it level or just above, if that is enough with the tie then broken; else one more.
    """
    level = -(-rival.score * loser.cost // rival.cost) if order.per_cost else rival.score
    gap = level - loser.score
    more = with_more_votes if vote_type.counts_votes else with_more_points
    return gap if order.precedes(more(loser, gap), rival) else gap + 1


def cost_would_pass(loser: Standing, stages: Sequence[Stage], terms: Terms, order: Order) -> int | None:
    """The highest cost, in integer units and below its own, at which the project would have been funded.

    None where no cost would do: below the threshold, or when nothing was left at its place.
    """
    if not terms.admits(loser):
        return None
    best = 0
    for moment in moments(loser, stages, terms):
        if moment.room <= best:
            continue
        most = min(moment.room, loser.cost - 1, _level_cost(loser, moment.rival, order))
        if most > best:
            best = max(best, _highest_cost(loser, moment.rival, order, best, most))
    return best or None


def _level_cost(loser: Standing, rival: Standing | None, order: Order) -> int:
    """A cost above which the project cannot precede its rival."""
    if rival is None:
        return loser.cost
    if not order.per_cost:
        return loser.cost if loser.score >= rival.score else 0
    return loser.score * rival.cost // rival.score if loser.score >= 0 and rival.score > 0 else loser.cost


def _highest_cost(loser: Standing, rival: Standing | None, order: Order, least: int, most: int) -> int:
    """The highest cost above `least` and up to `most` at which the project precedes its rival; 0 if there is none.

    A lower cost never moves a project back, unless its ratio of score to cost is negative:
    then a higher one moves it forward, and `most` alone is to be tried.
    """

    def precedes(cost: int) -> bool:
        return rival is None or order.precedes(replace(loser, cost=cost), rival)

    if precedes(most):
        return most
    if (order.per_cost and loser.score < 0) or not precedes(least + 1):
        return 0
    low, high = least + 1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if precedes(middle) else (low, middle)
    return low
