"""The frozen result: one canonical JSON text that says everything the result page shows.

Amounts are in hundredths of the currency. The digest of a result is the SHA-256 of
this text, so anybody who holds the same bytes holds the same result. What is written
here is its newest form; `editions` knows the others.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from participatory.results.alternatives import as_data, method_data
from participatory.results.editions import SCHEMA, Data
from participatory.results.explained import explained
from participatory.rounds.rulebook import CapScope
from participatory.tally.compare import Alternative
from participatory.tally.election import Election
from participatory.tally.methods import RuleName
from participatory.tally.outcome import MAIN_STAGE, Outcome, Reason, StageReport, Tie
from participatory.tally.terms import Cap, Floor, Terms
from participatory.tally.ties import Criterion


@dataclass(frozen=True)
class Turnout:
    """How many people of one site were on the roll and signed it; None below five people."""

    site: str
    voters: int
    signatures: int | None


@dataclass(frozen=True)
class Capped:
    """What a cap bounds: its scope, and the name of the place, the theme (a French msgid) or the association.

    The name is empty for a carrier who is a person: a result that stays for good names nobody.
    """

    scope: CapScope
    name: str


@dataclass(frozen=True)
class Facts:
    """What a count needs to say beside the election: the round, its rules, its people, its projects.

    `projects` describes each project by its id in the count. `floor_names` are French
    words of the rulebook, `capped` says what the key of each cap bounds. `roll` and `by_site`
    are empty for an imported round, which has no roll here; `contest` is empty where there is one envelope
    alone. `declared` holds the winners that its own platform declared.
    """

    round: Data
    contest: Data | None
    rulebook: Data
    software: str
    floor_names: Mapping[str, str]
    capped: Mapping[str, Capped]
    roll: int | None
    signatures: int | None
    by_site: Sequence[Turnout]
    set_aside: int
    projects: Mapping[str, Data]
    declared: frozenset[str] | None = None


def digest_of(text: str) -> str:
    """The SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_document(
    facts: Facts, election: Election, terms: Terms, outcome: Outcome, alternatives: Sequence[Alternative]
) -> Data:
    """The content of a result, in the newest schema."""
    projects = [facts.projects[project.id] | explained(project, outcome, terms) for project in outcome.projects]
    contest = {"contest": facts.contest} if facts.contest else {}
    return contest | {
        "schema": SCHEMA,
        "software": facts.software,
        "round": facts.round,
        "rulebook": facts.rulebook,
        "count": _count(election, terms, outcome),
        "budget_cents": outcome.budget,
        "cost_cents": outcome.cost,
        "remainder_cents": outcome.remainder,
        "exhaustive": outcome.exhaustive,
        "stages": [_stage(stage) for stage in outcome.stages],
        "floors": [_floor(floor, facts.floor_names, outcome) for floor in terms.floors],
        "caps": [_cap(cap, facts.capped[cap.key], outcome) for cap in terms.caps],
        "electorate": _electorate(facts, outcome),
        "sites": _sites(projects, outcome.ballots),
        "projects": projects,
        "line": _line(outcome),
        "ties": [_tie(tie, terms) for tie in outcome.ties_broken],
        "declared": _declared(facts.declared, outcome),
        "alternatives": [as_data(alternative, facts.projects) for alternative in alternatives],
    }


def _count(election: Election, terms: Terms, outcome: Outcome) -> Data:
    return {
        "rule": outcome.rule,
        "method": method_data(outcome.method),
        "vote_type": election.vote_type.value,
        "ties": outcome.ties.value,
        "seed": terms.order.lot.seed.hex(),
        "lot_round": terms.order.lot.round,
        "threshold": terms.threshold,
        "winners": list(outcome.winners),
    }


def _stage(stage: StageReport) -> Data:
    return {
        "key": stage.key,
        "budget_cents": stage.budget,
        "spent_cents": stage.spent,
        "endowment": _exact(stage.endowment),
        "increment": _exact(stage.increment),
        "raises": stage.raises,
        "runs": stage.runs,
    }


def _exact(amount: Fraction | None) -> str | None:
    """A fraction of a cent as `num/den`."""
    return None if amount is None else f"{amount.numerator}/{amount.denominator}"


def _floor(floor: Floor, names: Mapping[str, str], outcome: Outcome) -> Data:
    paid = [step for step in outcome.steps if step.stage == floor.key]
    return {
        "key": floor.key,
        "name": names[floor.key],
        "amount_cents": floor.budget,
        "spent_cents": sum(step.paid for step in paid),
        "projects": len(floor.project_ids),
        "funded_by_it": len(paid),
        "funded": len(floor.project_ids.intersection(outcome.winners)),
    }


def _cap(cap: Cap, capped: Capped, outcome: Outcome) -> Data:
    paid = [step for step in outcome.steps if step.project in cap.project_ids]
    return {
        "key": cap.key,
        "scope": capped.scope.value,
        "name": capped.name,
        "amount_cents": cap.amount,
        "spent_cents": sum(step.paid for step in paid),
        "projects": len(cap.project_ids),
        "funded": len(paid),
    }


def _electorate(facts: Facts, outcome: Outcome) -> Data:
    return {
        "roll": facts.roll,
        "signatures": facts.signatures,
        "ballots": outcome.ballots,
        "ballots_with_a_winner": outcome.ballots_with_winner,
        "choices_set_aside": facts.set_aside,
        "by_site": [asdict(cell) for cell in facts.by_site],
    }


def _sites(projects: Sequence[Data], ballots: int) -> list[Data]:
    """What the projects of each site receive, and that sum divided among all ballots, to the nearest cent."""
    sites = sorted({project["site"] for project in projects if project["site"]})
    cells = []
    for site in sites:
        paid = [project["paid_cents"] for project in projects if project["site"] == site]
        share = (2 * sum(paid) + ballots) // (2 * ballots) if ballots else 0
        funded = sum(amount > 0 for amount in paid)
        cells.append({"site": site, "projects": len(paid), "funded": funded, "paid_cents": sum(paid),
                      "per_ballot_cents": share})  # fmt: skip
    return cells


def _line(outcome: Outcome) -> Data | None:
    """Where the money first did not suffice: the project concerned, and what was left for it.

    Only greedy rules go along a list; the others have no such line.
    """
    if outcome.method.rule not in (RuleName.GREEDY, RuleName.GREEDY_PER_COST):
        return None
    wanting = (Reason.NO_MONEY, Reason.OUTSIDE_FLOOR)
    stopped = next((project for project in outcome.projects if project.reason in wanting), None)
    if stopped is None:
        return None
    ranks = {project.id: project.rank for project in outcome.projects}
    # What a reserved part paid is gone before the rest is shared, whatever the ranks.
    gone = sum(s.paid for s in outcome.steps if s.stage != MAIN_STAGE or ranks[s.project] < stopped.rank)
    return {"project": stopped.id, "rank": stopped.rank, "left_cents": outcome.budget - gone}


def _tie(tie: Tie, terms: Terms) -> Data:
    drawn = Criterion.LOT in tie.criteria
    return {
        "projects": list(tie.projects),
        "score": tie.score,
        "criteria": [criterion.value for criterion in tie.criteria],
        "decisive": tie.decisive,
        "tickets": {id_: f"{terms.order.lot.ticket(id_):064x}" for id_ in tie.projects} if drawn else {},
    }


def _declared(declared: frozenset[str] | None, outcome: Outcome) -> Data | None:
    if declared is None:
        return None
    counted = frozenset(outcome.winners)
    return {
        "winners": len(declared),
        "only_counted": sorted(counted - declared),
        "only_declared": sorted(declared - counted),
    }
