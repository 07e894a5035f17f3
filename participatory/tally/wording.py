"""The sentences of `--explain`: an outcome and its file in the words of a terminal, in French or English."""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from gettext import NullTranslations
from math import ceil, floor
from pathlib import Path
from textwrap import shorten

from babel.numbers import format_decimal
from babel.support import Translations

from participatory.tally.amounts import format_amount
from participatory.tally.cases import Bound, Case, Means
from participatory.tally.election import Election
from participatory.tally.methods import RuleName
from participatory.tally.outcome import MAIN_STAGE, Outcome, Part, ProjectOutcome, Step
from participatory.tally.sentences import how, why
from participatory.tally.terms import Terms

_CATALOGUES = Path(__file__).parents[1] / "translations"
# Two of those who took the money are enough for a sentence; the JSON names them all.
_NAMED = 2
_TITLE = 70


class Language(StrEnum):
    """The languages of the sentences."""

    FRENCH = "fr"
    ENGLISH = "en"


class FileWords:
    """The words of an election file: its titles, its currency, and a language."""

    def __init__(self, election: Election, language: Language) -> None:
        self._titles = {project.id: project.name or project.id for project in election.projects}
        self._unit = election.unit
        self._currency = election.meta.get("currency", "")
        self._language = language
        self._catalogue: NullTranslations = Translations.load(str(_CATALOGUES), [language.value])

    def gettext(self, message: str, **values: object) -> str:
        """The message in the language."""
        return self._catalogue.gettext(message) % values

    def ngettext(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The same for messages that depend on a number; in French nought is one of few."""
        if self._language is Language.FRENCH:
            return (singular if abs(n) < 2 else plural) % values
        return self._catalogue.ngettext(singular, plural, n) % values

    def money(self, amount: int) -> str:
        """An amount with the code of the currency, where the file names it."""
        return self._written(format_amount(amount, self._unit))

    def price(self, hundredths: int) -> str:
        """What one person paid, to the hundredth also where a file writes whole amounts."""
        return self._written(format_amount(hundredths, 100))

    def _written(self, amount: str) -> str:
        return f"{format_decimal(amount, locale=self._language.value)} {self._currency}".rstrip()

    def number(self, n: int) -> str:
        """A number with its separators."""
        return format_decimal(n, locale=self._language.value)

    def title(self, project: str) -> str:
        """The name of a project, on one line, cut where it is long."""
        return shorten(self._titles[project], _TITLE, placeholder="…")

    def floor(self, key: str) -> str:
        """A reserved part by its key: a file has no other name for it."""
        return key


def sentences(outcome: Outcome, election: Election, terms: Terms, language: Language) -> Iterator[tuple[str, str]]:
    """Each project by its id with its sentence, in the order of the ranks; those without one are left out."""
    words = FileWords(election, language)
    steps = {step.project: step for step in outcome.steps}
    for project in outcome.projects:
        case = case_of(project, steps.get(project.id), outcome, terms, election.unit)
        said = how(case, words) if project.state.wins else why(case, words)
        if said:
            yield project.id, said


def case_of(project: ProjectOutcome, step: Step | None, outcome: Outcome, terms: Terms, unit: int) -> Case:
    """What the sentence of a project needs; fractions of a unit that people had are rounded down, prices up."""
    return Case(
        rule=outcome.rule,
        by_points=not outcome.vote_type.counts_votes,
        state=project.state,
        part=step.part if step else None,
        reason=project.reason,
        by=project.by,
        votes=project.supporters,
        score=project.score,
        cost=project.cost,
        paid=project.paid,
        most=_most_for(project.id, outcome, terms),
        rest=_left_by_rule(outcome),
        threshold=terms.threshold or 0,
        least=(terms.partial or {}).get(project.id, 0),
        price=_price(step, unit),
        per_point=outcome.method.sat.by_points,
        completed=outcome.rule == RuleName.MES and outcome.method.completion.ends_greedily,
        votes_missing=project.votes_missing,
        cost_would_pass=project.cost_would_pass,
        means=_means(project),
        bound=_bound(project, outcome, terms),
    )


def _price(step: Step | None, unit: int) -> int | None:
    return None if step is None or step.price is None else ceil(step.price * 100 / unit)


def _most_for(project: str, outcome: Outcome, terms: Terms) -> int:
    """The largest of the sums that the stages had for a project."""
    keys = {floor_.key for floor_ in terms.floors if project in floor_.project_ids} | {MAIN_STAGE}
    return max(stage.budget for stage in outcome.stages if stage.key in keys)


def _left_by_rule(outcome: Outcome) -> int:
    """What the rule left of the last stage, before a completion or a partial funding used it."""
    paid = sum(step.paid for step in outcome.steps if step.stage == MAIN_STAGE and step.part is Part.RULE)
    return outcome.stages[-1].budget - paid


def _means(project: ProjectOutcome) -> Means | None:
    purse = project.purse
    if purse is None:
        return None
    once = purse.last_affordable is not None
    takers = tuple((payment.project, _down(payment.amount)) for payment in purse.largest[:_NAMED])
    return Means(_down(purse.left if once else purse.left_then), once, takers)


def _bound(project: ProjectOutcome, outcome: Outcome, terms: Terms) -> Bound | None:
    cap = next((cap for cap in terms.caps if cap.key == project.by), None)
    if cap is None:
        return None
    return Bound(cap.key, cap.amount, sum(step.paid for step in outcome.steps if step.project in cap.project_ids))


def _down(amount: Fraction) -> int:
    return floor(amount)
