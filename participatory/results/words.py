"""The sentences of the tally about one project of a frozen result, in the words of a page."""

from textwrap import shorten

from flask_babel import gettext, ngettext
from markupsafe import Markup

from participatory.results.editions import Data
from participatory.results.reading import Result
from participatory.tally import sentences
from participatory.tally.cases import Bound, Case, Means
from participatory.tally.methods import Completion
from participatory.tally.outcome import Part, Reason, State
from participatory.web.filters import locale_code, money, number, typo

# How long a title may be inside a sentence, in signs.
_TITLE = 70


class PageWords:
    """The currency, the titles and the reserved parts of a result, in the language of the page."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def gettext(self, message: str, **values: object) -> str:
        """The message in the reader's language."""
        return str(gettext(message, **values))

    def ngettext(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The same for messages that depend on a number; in French nought goes with one."""
        return str(ngettext(singular, plural, 1 if n == 0 and locale_code() == "fr" else n, **values))

    def money(self, amount: int) -> str:
        """An amount in the currency of the round."""
        return money(amount, self._result.currency)

    def price(self, hundredths: int) -> str:
        """What one person paid: amounts are hundredths here."""
        return self.money(hundredths)

    def number(self, n: int) -> str:
        """A number with its separators."""
        return number(n)

    def title(self, project: str) -> str:
        """The title of a project, cut where it is long."""
        return shorten(str(self._result.by_id[project]["title"]), _TITLE, placeholder="…")

    def floor(self, key: str) -> str:
        """The name of a reserved part."""
        return self.gettext(self._result.floor_names[key])


def why(result: Result, project: Data, named: int = 2) -> str | Markup:
    """Why a project is not funded and what it missed; at most `named` of those who took its supporters' money."""
    return typo(sentences.why(case_of(result, project, named), PageWords(result)))


def how(result: Result, project: Data) -> str | Markup:
    """What funded a project, where the rule says more than its rank; else an empty text."""
    return typo(sentences.how(case_of(result, project), PageWords(result)))


def received(result: Result, project: Data) -> str | Markup:
    """What a project received from voters: `12 votes`, `12 points`."""
    return typo(sentences.received(case_of(result, project), PageWords(result)))


def case_of(result: Result, project: Data, named: int = 2) -> Case:
    """One project of a result as a sentence needs it, in hundredths."""
    return Case(
        rule=result.rule,
        by_points=result.by_points,
        state=State(project["state"]),
        part=Part(project["part"]) if project["part"] else None,
        reason=Reason(project["reason"]) if project["reason"] else None,
        by=project["by"],
        votes=project["votes"],
        score=project["score"],
        cost=project["cost_cents"],
        paid=project["paid_cents"],
        most=result.most_for(project),
        rest=result.left_by_rule,
        threshold=result.data["count"]["threshold"] or 0,
        least=project["partial_min_cents"] or 0,
        price=project["price_cents"],
        per_point="points" in (result.method.get("sat") or ""),
        completed=result.method.get("completion") in (Completion.GREEDY, Completion.ADD1U),
        votes_missing=project["votes_missing"],
        cost_would_pass=project["cost_would_pass_cents"],
        means=_means(result, project, named),
        bound=_bound(result, project),
    )


def _means(result: Result, project: Data, named: int) -> Means | None:
    if project["purse"] is None:
        return None
    takers = tuple((taker["id"], cents) for taker, cents in result.takers(project)[:named])
    return Means(result.had_in_sight(project), project["purse"]["affordable"], takers)


def _bound(result: Result, project: Data) -> Bound | None:
    cap = result.caps.get(project["by"]) if project["reason"] == Reason.CAP.value else None
    if cap is None:
        return None
    name = cap["name"]
    return Bound(gettext(name) if name else "", cap["amount_cents"], cap["spent_cents"])
