"""What other rules would have given on the same ballots and terms. It binds nobody; it shows what a rule changes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from participatory.tally.methods import Completion, Method, RuleName, Satisfaction
from participatory.tally.profile import Profile
from participatory.tally.stages import Spending
from participatory.tally.terms import Terms

# One per cent of B/n: small beside what a ballot has, whatever the electorate, so that k stays small too.
_STEP = Fraction(1, 100)


def _shares(sat: Satisfaction) -> Method:
    return Method(RuleName.MES, sat, Completion.ADD1U, step=_STEP, step_is_share=True)


COMPARED = (
    Method(RuleName.GREEDY),
    Method(RuleName.GREEDY_PER_COST),
    _shares(Satisfaction.COST),
    _shares(Satisfaction.CARDINALITY),
    Method(RuleName.PHRAGMEN),
)


@dataclass(frozen=True)
class Alternative:
    """What one method gives, without explanation: ids in order of selection, amounts in integer units.

    `by_category` is what it spends on each category, "" for projects without one.
    """

    method: Method
    winners: tuple[str, ...]
    cost: int
    ballots_with_winner: int
    by_category: Mapping[str, int]


def compare(
    profile: Profile, terms: Terms, categories: Mapping[str, str], methods: Sequence[Method] = COMPARED
) -> tuple[Alternative, ...]:
    """Count by each method under the same terms; `categories` gives that of each project."""
    return tuple(_alternative(profile, terms, categories, method) for method in methods)


def compared_with(method: Method) -> tuple[Method, ...]:
    """The method of a count, then the usual others."""
    others = tuple(each for each in COMPARED if (each.rule, each.sat) != (method.rule, method.sat))
    return (method, *others)


def _alternative(profile: Profile, terms: Terms, categories: Mapping[str, str], method: Method) -> Alternative:
    steps = [step for stage in Spending(profile, method, terms).stages() for step in stage.steps]
    spent: Counter[str] = Counter()
    for step in steps:
        spent[categories.get(step.project, "")] += step.paid
    winners = tuple(step.project for step in steps)
    return Alternative(method, winners, sum(step.paid for step in steps), profile.ballots_with(winners), dict(spent))
