"""The stages in which the money is spent: each floor in its order, the rest for everybody, then partial funding."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from participatory.tally.completions import Count, Pot, Raised, add1
from participatory.tally.counting import Standing
from participatory.tally.equal_shares import Market, SharesRun, equal_shares
from participatory.tally.greedy import fund_in_order
from participatory.tally.limits import Limits, Rejection
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import MAIN_STAGE, Part, Reason, StageReport, Step
from participatory.tally.phragmen import FlowRun, phragmen
from participatory.tally.profile import Profile
from participatory.tally.runs import Run
from participatory.tally.terms import Terms


@dataclass(frozen=True)
class Stage:
    """One pot of money: whom it concerns (None for everybody), how it was spent, and on which projects, in order.

    `run` is that of the rule and `completion` the greedy one on its remainder, if there
    was one; `raised` tells of add1.
    """

    key: str
    budget: int
    project_ids: frozenset[str] | None
    steps: tuple[Step, ...]
    run: Run
    completion: Run | None = None
    raised: Raised | None = None
    increment: Fraction | None = None

    @property
    def unspent(self) -> int:
        """What the stage leaves."""
        return self.steps[-1].remaining_after if self.steps else self.budget

    @cached_property
    def rejections(self) -> dict[str, Rejection]:
        """Why each project that the stage considered was not funded by it."""
        left_out = {**self.run.rejections, **(self.completion.rejections if self.completion else {})}
        return {project: why for project, why in left_out.items() if project not in self.funded}

    @cached_property
    def funded(self) -> frozenset[str]:
        """The ids of the projects that it funded."""
        return frozenset(step.project for step in self.steps)

    @cached_property
    def openings(self) -> list[tuple[int, Standing | None]]:
        """What the stage had before each step and whom it funded then; at the end what was left, and nobody.

        What partial funding took would have gone first to a project that fits.
        """
        bought = [step for step in self.steps if step.part is not Part.PARTIAL]
        end = bought[-1].remaining_after if bought else self.budget
        return [*((step.remaining_before, step.standing) for step in bought), (end, None)]

    def concerns(self, project: str) -> bool:
        """Whether the project may be funded from this pot."""
        return self.project_ids is None or project in self.project_ids

    def report(self) -> StageReport:
        """What the outcome says of it."""
        raised = self.raised
        return StageReport(
            key=self.key,
            budget=self.budget,
            spent=self.budget - self.unspent,
            projects=tuple(step.project for step in self.steps),
            endowment=self.run.ledger.endowment if isinstance(self.run, SharesRun) and self.run.ledger else None,
            increment=self.increment,
            raises=raised.raises if raised else None,
            runs=raised.runs if raised else None,
        )


class Spending:
    """The stages of one count of a profile by a method, under terms."""

    def __init__(self, profile: Profile, method: Method, terms: Terms, market: Market | None = None) -> None:
        self.profile = profile
        self.method = method
        self.terms = terms
        self.order = replace(terms.order, per_cost=method.rule is RuleName.GREEDY_PER_COST)
        self.ranked = sorted(profile.standings, key=self.order.key)
        self.limits = Limits(terms)
        self.market = market or Market(profile, method.sat)

    def stages(self) -> tuple[Stage, ...]:
        """Each floor in its order, then everything that is left for all remaining projects."""
        stages = [self._spend(floor.key, floor.budget, floor.project_ids) for floor in self.terms.floors]
        rest = self.terms.outside_floors + sum(stage.unspent for stage in stages)
        main = self._spend(MAIN_STAGE, rest, None)
        return (*stages, self._with_partial(main))

    def _candidates(self, concerned: frozenset[str] | None) -> list[Standing]:
        """Those that reach the threshold and are not funded yet, in the order of greedy."""
        return [
            standing
            for standing in self.ranked
            if self.terms.admits(standing)
            and standing.project not in self.limits.funded
            and (concerned is None or standing.project in concerned)
        ]

    def _spend(self, key: str, budget: int, concerned: frozenset[str] | None) -> Stage:
        candidates = self._candidates(concerned)
        if self.method.rule is RuleName.MES:
            return self._spend_shares(key, budget, concerned, candidates)
        if self.method.rule is RuleName.PHRAGMEN:
            run: Run = phragmen(self.profile, candidates, budget, self.limits, self.order)
        else:
            run = fund_in_order(candidates, budget, self.limits)
        return Stage(key, budget, concerned, tuple(self._steps(key, budget, run, Part.RULE)), run)

    def _spend_shares(
        self, key: str, budget: int, concerned: frozenset[str] | None, candidates: list[Standing]
    ) -> Stage:
        """Equal shares with the money of this pot divided among all ballots, then what completes them."""
        share = Fraction(budget, max(1, self.profile.ballots))
        raised = increment = None
        if self.method.completion.raises_endowment and self.profile.ballots and budget:
            increment = self.method.increment(budget, self.profile.ballots)
            pot = Pot(budget, share, increment, {standing.project: standing for standing in candidates})
            raised = add1(self._counted(candidates), pot, self.limits, self.method.stop)
            run, self.limits = raised.run, raised.limits
        else:
            run = self._counted(candidates)(share, self.limits)
        steps = list(self._steps(key, budget, run, Part.RULE))
        completion = None
        if self.method.completion.ends_greedily:
            left = steps[-1].remaining_after if steps else budget
            completion = fund_in_order(self._candidates(concerned), left, self.limits)
            steps += self._steps(key, left, completion, Part.COMPLETION)
        return Stage(key, budget, concerned, tuple(steps), run, completion, raised, increment)

    def _counted(self, candidates: list[Standing]) -> Count:
        def count(endowment: Fraction, limits: Limits) -> SharesRun:
            return equal_shares(self.market, candidates, endowment, limits, self.order)

        return count

    def _steps(self, stage: str, budget: int, run: Run, part: Part) -> Iterator[Step]:
        for bought in run.purchases:
            standing = self.profile.standings[self.profile.place[bought.project]]
            budget -= standing.cost
            yield Step(
                standing.project, stage, standing.score, standing.supporters, standing.cost, standing.cost, budget,
                part, bought.rho, bought.price,
            )  # fmt: skip

    def _with_partial(self, main: Stage) -> Stage:
        """The main stage, with what it leaves given to the next project in line if its author agreed to as little."""
        left = main.unspent
        project = self._next_in_line(main)
        if self.terms.partial is None or project is None:
            return main
        least = self.terms.partial.get(project.project)
        room = self.limits.room(project.project)
        if least is None or not least <= left < project.cost or (room is not None and room < left):
            return main
        self.limits.fund(project.project, left)
        step = Step(project.project, MAIN_STAGE, project.score, project.supporters, project.cost, left, 0, Part.PARTIAL)
        return replace(main, steps=(*main.steps, step))

    def _next_in_line(self, main: Stage) -> Standing | None:
        """The first project, in the order of the rule, that only wants money."""
        rejections = main.rejections
        if isinstance(main.run, FlowRun):
            return self._standing(main.run.stopped_by)
        wanting = (
            s for s in self.ranked if s.project in rejections and rejections[s.project].reason is Reason.NO_MONEY
        )
        return next(wanting, None)

    def _standing(self, project: str | None) -> Standing | None:
        return None if project is None else self.profile.standings[self.profile.place[project]]
