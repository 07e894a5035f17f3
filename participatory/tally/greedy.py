"""Greedy: projects in their order, each funded if it still fits."""

from collections import defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import chain

from participatory.tally.counting import Standing
from participatory.tally.limits import NO_MONEY, Limits, Rejection
from participatory.tally.runs import Purchase, Run


def fund_in_order(ranked: Sequence[Standing], budget: int, limits: Limits) -> Run:
    """Fund each project that fits in what is left, in the order given; skip the others.

    A project that waits for one that it requires is considered again as soon as that one
    is funded, before all that come after it. `limits` is told of every project funded.
    """
    queue = list(range(len(ranked)))
    heapify(queue)
    waiting: dict[str, list[int]] = defaultdict(list)
    purchases: list[Purchase] = []
    rejections: dict[str, Rejection] = {}
    while queue:
        place = heappop(queue)
        project = ranked[place]
        rejection = _rejection(project, budget, limits)
        if rejection is not None:
            rejections[project.project] = rejection
        elif (missing := limits.missing(project.project)) is not None:
            waiting[missing].append(place)
        else:
            budget -= project.cost
            limits.fund(project.project, project.cost)
            purchases.append(Purchase(project.project))
            for freed in waiting.pop(project.project, ()):
                heappush(queue, freed)
    for place in chain.from_iterable(waiting.values()):
        project = ranked[place]
        rejections[project.project] = limits.waits(project.project) or NO_MONEY
    return Run(tuple(purchases), limits.at_last(rejections, ranked))


def _rejection(project: Standing, budget: int, limits: Limits) -> Rejection | None:
    """What keeps the project out for good: limits and money only grow scarcer."""
    return limits.rejects(project) or (NO_MONEY if project.cost > budget else None)
