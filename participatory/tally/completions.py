"""Equal shares with more money for each ballot (add1), as long as the outcome costs no more than the budget.

The cost of the outcome does not grow steadily with the money of the ballots: an outcome
that costs too much may be followed by one that does not. So every k is tried in turn,
save those of which it is certain that they change nothing (see `_next`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from participatory.tally.counting import Standing
from participatory.tally.equal_shares import SharesRun
from participatory.tally.limits import Limits
from participatory.tally.methods import Stop
from participatory.tally.outcome import Reason

Count = Callable[[Fraction, Limits], SharesRun]


@dataclass(frozen=True)
class Raised:
    """The count that stands: its run, the state of the limits, its k, and the number of counts made."""

    run: SharesRun
    limits: Limits
    endowment: Fraction
    raises: int
    runs: int


@dataclass(frozen=True)
class Pot:
    """What add1 must know of the money: budget in integer units, B/n, δ, and who competes for it."""

    budget: int
    share: Fraction
    increment: Fraction
    candidates: dict[str, Standing]

    def endowment(self, raises: int) -> Fraction:
        """What each ballot receives after so many raises: b₀ + k·δ."""
        return self.share + raises * self.increment

    def cost(self, projects: Iterable[str]) -> int:
        """What these projects cost together."""
        return sum(self.candidates[project].cost for project in projects)


def add1(count: Count, pot: Pot, limits: Limits, stop: Stop) -> Raised:
    """Count at b₀ + k·δ for k = 0, 1, 2… and keep the last outcome before one that costs more than the budget.

    With `Stop.EXHAUSTIVE` also stop once no supported project fits in the remainder. In any
    case stop when no project is left out for want of money: more of it would buy nothing.
    """
    kept: Raised | None = None
    raises, runs = 0, 0
    while True:
        trial = limits.copy()
        run = count(pot.endowment(raises), trial)
        runs += 1
        if pot.cost(run.projects) > pot.budget and kept is not None:
            return Raised(kept.run, kept.limits, kept.endowment, kept.raises, runs)
        kept = Raised(run, trial, pot.endowment(raises), raises, runs)
        wanting = _wanting(run, pot)
        if not wanting or (stop is Stop.EXHAUSTIVE and _exhaustive(run, wanting, pot)):
            return kept
        raises = _next(raises, run, wanting, pot)


def _wanting(run: SharesRun, pot: Pot) -> list[Standing]:
    """The supported projects that the run left out for want of money."""
    left_out = (pot.candidates[id_] for id_, rejection in run.rejections.items() if rejection.reason is Reason.NO_MONEY)
    return [standing for standing in left_out if standing.supporters]


def _exhaustive(run: SharesRun, wanting: list[Standing], pot: Pot) -> bool:
    left = pot.budget - pot.cost(run.projects)
    return all(standing.cost > left for standing in wanting)


def _next(raises: int, run: SharesRun, wanting: list[Standing], pot: Pot) -> int:
    """The next k to count.

    Below the first k at which some project left out could be paid by all the money of
    its supporters, only the present winners can be bought, and they fit in the budget
    together: none of these counts can spend too much, nor be exhaustive if the present
    one is not. So all but the last of them are passed over. With caps, groups or
    requirements others than the present winners could be bought in another order, and
    k is passed over only once the run is settled: then all these counts are the same.
    """
    if not run.settled:
        return raises + 1
    within_reach = min(
        ceil((Fraction(standing.cost, standing.supporters) - pot.share) / pot.increment) for standing in wanting
    )
    return max(raises + 1, within_reach - 1)
