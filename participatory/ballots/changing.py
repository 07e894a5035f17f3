"""One change of a basket: add, take out, give points, move in the ranking. Nothing is written anywhere."""

from dataclasses import replace

from participatory.ballots.basket import Basket
from participatory.ballots.choosing import addition_fault, points_fault
from participatory.core.errors import refuse_if
from participatory.proposals.models import Proposal
from participatory.rounds.rulebook import BallotKind
from participatory.web.filters import euros


def changed(basket: Basket, project: Proposal, act: str, number: int | None = None) -> Basket:
    """The basket after an act: add or remove; in points more, less or points; in a ranking up, down or rank.

    `number` is the points or the rank that were typed. An act that changes nothing, or that this kind of ballot does
    not know, gives the same basket. Raises Refusal when there is no room, in the voter's words.
    """
    if act == "remove":
        return _without(basket, project)
    if basket.kind is BallotKind.POINTS:
        return _with_points(basket, project, act, number)
    if act == "add":
        return _added(basket, project)
    if basket.kind is BallotKind.RANKING and project.public_id in basket.ids:
        return _moved(basket, project, act, number)
    return basket


def _without(basket: Basket, project: Proposal) -> Basket:
    points = {each: given for each, given in basket.points.items() if each != project.public_id}
    return replace(basket, chosen=tuple(each for each in basket.chosen if each is not project), points=points)


def _added(basket: Basket, project: Proposal) -> Basket:
    if project.public_id in basket.ids:
        return basket
    prices = {each.public_id: each.cost_cents for each in (*basket.chosen, project)}
    refuse_if(addition_fault(basket.ids, project.public_id, prices, basket.terms, title=project.title, money=euros))
    return replace(basket, chosen=(*basket.chosen, project))


def _with_points(basket: Basket, project: Proposal, act: str, number: int | None) -> Basket:
    before = basket.points.get(project.public_id, 0)
    steps = {"add": before + 1, "more": before + 1, "less": before - 1, "points": before if number is None else number}
    after = max(0, steps.get(act, before))
    if after == before:
        return basket
    if after == 0:
        return _without(basket, project)
    if after > before:
        refuse_if(points_fault(basket.points, project.public_id, after, basket.terms, title=project.title))
    chosen = basket.chosen if before else (*basket.chosen, project)
    return replace(basket, chosen=chosen, points={**basket.points, project.public_id: after})


def _moved(basket: Basket, project: Proposal, act: str, number: int | None) -> Basket:
    here = basket.values[project.public_id]
    rank = {"up": here - 1, "down": here + 1, "rank": here if number is None else number}.get(act, here)
    others = [each for each in basket.chosen if each is not project]
    others.insert(min(max(rank, 1), len(basket.chosen)) - 1, project)
    return replace(basket, chosen=tuple(others))
