"""The rulebook of an imported election: what its file lets know of its rules, in the terms of ours."""

from fractions import Fraction
from typing import Any

from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.rounds.rulebook import BallotKind, Rulebook, TieBreak
from participatory.tally.declared_method import declared_method
from participatory.tally.declared_terms import declared_terms, items_of
from participatory.tally.election import Election, VoteType
from participatory.tally.methods import Completion, Method, RuleName

# How the files name the method of equal shares, before their own word for what completes it.
_SHARES = "equalshares"
_WHOLE_SHARE = 1000


def ballot_kind_of(vote_type: VoteType) -> BallotKind:
    """Approvals stay approvals; everything else gives points."""
    return BallotKind.APPROVAL if vote_type.counts_votes else BallotKind.POINTS


def method_of(election: Election) -> Method:
    """The rule that the file names when it is one of ours, else greedy.

    `equalshares/add1` raises the money of each ballot by one unit of the currency.
    Everything that is not equal shares (`greedy-no-skip`, `greedy-threshold`, `unknown`…) is greedy
    or unknown to us. A file of this platform names all that it was counted by.
    """
    declared = declared_method(items_of(election), election.unit)
    if declared is not None:
        return declared
    if election.meta.get("rule", "").strip().startswith(_SHARES):
        return Method(RuleName.MES, completion=Completion.ADD1, step=Fraction(election.unit))
    return Method(RuleName.GREEDY)


def _counted_by(election: Election) -> dict[str, Any]:
    """The method as parameters of a rulebook; a step that is an amount is one of cents, one at least."""
    method = method_of(election)
    if method.rule is not RuleName.MES:
        return {"count_rule": method.rule}
    if method.step_is_share:
        if (method.step * _WHOLE_SHARE).denominator != 1 or method.step > 1:
            raise Refusal(
                N_("Ce fichier augmente les parts d’un pas qu’un règlement ne sait pas dire : "
                   "il se recompte avec « participatory tally ».")
            )  # fmt: skip
        step = {"step_permille": int(method.step * _WHOLE_SHARE)}
    else:
        step = {"step_cents": max(1, round(method.step))}
    return {
        "count_rule": RuleName.MES,
        "satisfaction": method.sat,
        "completion": method.completion,
        "stop": method.stop,
    } | step


def rulebook_of(election: Election) -> Rulebook:
    """The rules that the file lets know, with ties by id unless it says otherwise; amounts as in `in_cents`.

    Raises Refusal for a step of add1 that is no whole number of thousandths.
    """
    order = declared_terms(election).order
    costs = [project.cost for project in election.projects]
    longest = max([1, *(len(ballot.choices) for ballot in election.ballots)])
    most = max(longest, _whole(election.meta.get("max_length"), longest))
    return Rulebook(
        budget_cents=election.budget,
        floors=(),
        project_min_cents=min(costs, default=election.budget),
        project_max_cents=max(costs, default=election.budget),
        themes=(),
        ballot_kind=ballot_kind_of(election.vote_type),
        ballot_min=min(most, max(1, _whole(election.meta.get("min_length"), 1))),
        ballot_max=most,
        tie_break=TieBreak(order.ties.value),
        tie_seed=order.lot.seed.hex(),
        min_votes=election.threshold or 0,
        proposers_on_roll=False,
        max_proposals_per_person=1,
        **_counted_by(election),
    )


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 10 else otherwise
