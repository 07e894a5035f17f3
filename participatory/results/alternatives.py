"""What other rules would have given, in the frozen document beside the result. It binds nobody."""

from collections import Counter
from collections.abc import Mapping

from participatory.results.editions import Data
from participatory.tally.compare import Alternative, compare, compared_with
from participatory.tally.outcome import Outcome
from participatory.tally.profile import Profile
from participatory.tally.terms import Terms
from participatory.tally.told import of_method


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
        "method": of_method(alternative.method),
        "winners": list(alternative.winners),
        "cost_cents": alternative.cost,
        "ballots_with_a_winner": alternative.ballots_with_winner,
        "by_category": _spent(alternative, projects, category),
        "by_site_kind": _spent(alternative, projects, "site_kind"),
    }


def _spent(alternative: Alternative, projects: Mapping[str, Data], what: str) -> Data:
    spent: Counter[str] = Counter()
    for project, paid in alternative.by_category.items():
        spent[projects[project][what] or ""] += paid
    return {value: cents for value, cents in sorted(spent.items()) if value or cents}
