"""Counting an election by a rule under terms, with its explanation.

Only integers and exact fractions decide, so no result depends on rounding.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from participatory.tally.counting import Standing
from participatory.tally.election import Election
from participatory.tally.equal_shares import Market
from participatory.tally.explanation import cost_would_pass, votes_missing
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import Outcome, ProjectOutcome, Reason, State, Step, Tie
from participatory.tally.profile import Profile
from participatory.tally.purses import purses
from participatory.tally.stages import Spending
from participatory.tally.terms import Terms

GREEDY = Method(RuleName.GREEDY)


def run(election: Election, method: Method, terms: Terms | None = None) -> Outcome:
    """Count the election by a method; `terms` defaults to its whole budget and nothing else, ties by id.

    Raises ValueError for points too large to be added exactly.
    """
    return run_profile(Profile.of(election), method, terms or Terms(election.budget))


def greedy(election: Election, terms: Terms | None = None) -> Outcome:
    """Greedy by votes: by total score, highest first; a project that does not fit is skipped."""
    return run(election, GREEDY, terms)


def run_profile(profile: Profile, method: Method, terms: Terms, *, explained: bool = True) -> Outcome:
    """Count an election that is already loaded; without `explained` projects have a reason but no figures."""
    return _Explaining(profile, method, terms, explained=explained).outcome()


class _Explaining:
    """One count and what there is to say of it."""

    def __init__(self, profile: Profile, method: Method, terms: Terms, *, explained: bool) -> None:
        self.explained = explained
        self.profile = profile
        self.method = method
        self.terms = terms
        market = Market(profile, method.sat)
        spending = Spending(profile, method, terms, market)
        self.order = spending.order
        self.ranked = spending.ranked
        self.stages = spending.stages()
        self.steps = tuple(step for stage in self.stages for step in stage.steps)
        self.step_of = {step.project: step for step in self.steps}
        self.purse_of = purses(self.stages[-1], self.profile) if explained else None
        self.without_floors = self._winners_without_floors(market) if terms.floors else frozenset()

    def _winners_without_floors(self, market: Market) -> frozenset[str]:
        """Who would be funded by a count without the reserved parts: one more count tells whom they kept out."""
        stages = Spending(self.profile, self.method, replace(self.terms, floors=()), market).stages()
        return frozenset(step.project for stage in stages for step in stage.steps if step.paid == step.cost)

    def outcome(self) -> Outcome:
        winners = [step.project for step in self.steps]
        projects = tuple(self._project(rank, standing) for rank, standing in enumerate(self._by_rank(), start=1))
        remainder = self.terms.budget - sum(step.paid for step in self.steps)
        wanting = [p for p in projects if p.reason in (Reason.NO_MONEY, Reason.OUTSIDE_FLOOR)]
        return Outcome(
            method=self.method,
            vote_type=self.profile.vote_type,
            ties=self.order.ties,
            budget=self.terms.budget,
            ballots=self.profile.ballots,
            steps=self.steps,
            projects=projects,
            ties_broken=self._ties(),
            stages=tuple(stage.report() for stage in self.stages),
            ballots_with_winner=self.profile.ballots_with(winners),
            exhaustive=all(project.cost > remainder for project in wanting),
        )

    @property
    def _by_merit(self) -> bool:
        return self.method.rule in (RuleName.GREEDY, RuleName.GREEDY_PER_COST)

    def _by_rank(self) -> Sequence[Standing]:
        """Greedy considers projects in their order; the other rules fund some in turn and leave the others."""
        if self._by_merit:
            return self.ranked
        funded = [step.standing for step in self.steps]
        return [*funded, *(standing for standing in self.ranked if standing.project not in self.step_of)]

    def _project(self, rank: int, s: Standing) -> ProjectOutcome:
        step = self.step_of.get(s.project)
        known = ProjectOutcome(s.project, State.NOT_FUNDED, rank, s.score, s.supporters, s.cost)
        if step is not None:
            return replace(known, state=_state(step), stage=step.stage, paid=step.paid)
        reason, by = self._reason(s)
        known = replace(known, reason=reason, by=by)
        if not self.explained:
            return known
        if self._by_merit:
            return replace(
                known,
                votes_missing=votes_missing(s, self.stages, self.terms, self.order, self.profile.vote_type),
                cost_would_pass=cost_would_pass(s, self.stages, self.terms, self.order),
            )
        lacks_money = reason in (Reason.NO_MONEY, Reason.OUTSIDE_FLOOR)
        return replace(known, purse=self.purse_of(s)) if lacks_money and self.purse_of else known

    def _reason(self, standing: Standing) -> tuple[Reason, str | None]:
        """What kept the project out of the last stage, in which all compete."""
        if not self.terms.admits(standing):
            return Reason.THRESHOLD, None
        rejection = self.stages[-1].rejections[standing.project]
        if rejection.reason is Reason.NO_MONEY and standing.project in self.without_floors:
            closed = [floor.key for floor in self.terms.floors if standing.project not in floor.project_ids]
            if closed:
                return Reason.OUTSIDE_FLOOR, ",".join(closed)
        return rejection.reason, rejection.by

    def _ties(self) -> tuple[Tie, ...]:
        if self._by_merit:
            admitted = [standing for standing in self.ranked if self.terms.admits(standing)]
            groups = [list(group) for _, group in groupby(admitted, key=self.order.merit)]
        else:
            met = dict.fromkeys(tie for stage in self.stages for tie in stage.run.ties)
            groups = [[self.profile.standings[self.profile.place[project]] for project in tie] for tie in met]
        return tuple(self._tie(group) for group in groups if len(group) > 1)

    def _tie(self, group: list[Standing]) -> Tie:
        projects = tuple(standing.project for standing in group)
        criteria = tuple(self.order.decided_by(one, other) for one, other in pairwise(group))
        score = group[0].score if self.method.rule is RuleName.GREEDY else None
        return Tie(projects, score, criteria, decisive=0 < len(self.step_of.keys() & projects) < len(group))


def _state(step: Step) -> State:
    return State.FUNDED if step.paid == step.cost else State.PARTLY_FUNDED
