"""What other rules would have given, in the frozen document beside the result. It binds nobody."""

from collections import Counter
from collections.abc import Mapping

from participatory.results.editions import Data
from participatory.tally.compare import Alternative, compare, compared_with
from participatory.tally.declared_method import written_step
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import Outcome
from participatory.tally.profile import Profile
from participatory.tally.terms import Terms

# Amounts are counted in cents.
_UNIT = 100


def alternatives(profile: Profile, terms: Terms, outcome: Outcome) -> tuple[Alternative, ...]:
    """The method of the count first, as it counted, then the usual others on the same ballots and terms.

    Each project is a category of its own, so that its money can be added up by whatever it has.
    """
    paid = {step.project: step.paid for step in outcome.steps}
    official = Alternative(outcome.method, outcome.winners, outcome.cost, outcome.ballots_with_winner, paid)
    each = {standing.project: standing.project for standing in profile.standings}
    return (official, *compare(profile, terms, each, compared_with(outcome.method)[1:]))


def as_data(alternative: Alternative, projects: Mapping[str, Data]) -> Data:
    """One method as the document tells it; `projects` describes each project by its id in the count.

    The category of a project is its theme; in an imported election, what its own city says of it.
    """
    category = "theme" if any(project["theme"] for project in projects.values()) else "details"
    return {
        "method": method_data(alternative.method),
        "winners": list(alternative.winners),
        "cost_cents": alternative.cost,
        "ballots_with_a_winner": alternative.ballots_with_winner,
        "by_category": _spent(alternative, projects, category),
        "by_site_kind": _spent(alternative, projects, "site_kind"),
    }


def method_data(method: Method) -> Data:
    """A method as data; the options say nothing for rules other than equal shares. `step` reads like `1%` of B/n."""
    if method.rule is not RuleName.MES:
        return {"rule": method.rule.value, "label": method.label}
    return {
        "rule": method.rule.value,
        "label": method.label,
        "sat": method.sat.value,
        "completion": method.completion.value,
        "stop": method.stop.value if method.completion.raises_endowment else None,
        "step": written_step(method, _UNIT) if method.completion.raises_endowment else None,
    }


def _spent(alternative: Alternative, projects: Mapping[str, Data], what: str) -> Data:
    spent: Counter[str] = Counter()
    for project, paid in alternative.by_category.items():
        spent[projects[project][what] or ""] += paid
    return {value: cents for value, cents in sorted(spent.items()) if value or cents}
