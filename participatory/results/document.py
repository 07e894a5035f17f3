"""The frozen result: one canonical JSON text that says everything the result page shows.

Amounts are in hundredths of the currency. The digest of a result is the SHA-256 of
this text, so anybody who holds the same bytes holds the same result.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from participatory.journal.rules import canonical
from participatory.tally.election import Election
from participatory.tally.outcome import MAIN_STAGE, Outcome, ProjectOutcome, Reason, Tie
from participatory.tally.terms import Floor, Terms
from participatory.tally.ties import Criterion

SCHEMA = "participatory/result/1"

Data = dict[str, Any]


@dataclass(frozen=True)
class Turnout:
    """How many people of one site were on the roll and signed it; None below five people."""

    site: str
    voters: int
    signatures: int | None


@dataclass(frozen=True)
class Facts:
    """What a count needs to say beside the election: the round, its rules, its people, its projects.

    `projects` describes each project by its id in the count. `floor_names` are French
    words of the rulebook. `roll` and `by_site` are empty for an imported round, which
    has no roll here. `declared` holds the winners that its own platform declared.
    """

    round: Data
    rulebook: Data
    software: str
    floor_names: Mapping[str, str]
    roll: int | None
    signatures: int
    by_site: Sequence[Turnout]
    set_aside: int
    projects: Mapping[str, Data]
    declared: frozenset[str] | None = None


def digest_of(text: str) -> str:
    """The SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_document(facts: Facts, election: Election, terms: Terms, outcome: Outcome) -> str:
    """The canonical text of a result."""
    content: Data = {
        "schema": SCHEMA,
        "software": facts.software,
        "round": facts.round,
        "rulebook": facts.rulebook,
        "count": _count(election, terms, outcome),
        "budget_cents": outcome.budget,
        "cost_cents": outcome.cost,
        "remainder_cents": outcome.remainder,
        "floors": [_floor(floor, facts.floor_names, outcome) for floor in terms.floors],
        "electorate": _electorate(facts, election, outcome),
        "projects": [_project(project, facts.projects[project.id], terms) for project in outcome.projects],
        "line": _line(outcome),
        "ties": [_tie(tie, terms) for tie in outcome.ties_broken],
        "declared": _declared(facts.declared, outcome),
    }
    return canonical(content)


def _count(election: Election, terms: Terms, outcome: Outcome) -> Data:
    return {
        "rule": outcome.rule,
        "vote_type": election.vote_type.value,
        "ties": outcome.ties.value,
        "seed": terms.order.lot.seed.hex(),
        "lot_round": terms.order.lot.round,
        "threshold": terms.threshold,
        "winners": list(outcome.winners),
    }


def _floor(floor: Floor, names: Mapping[str, str], outcome: Outcome) -> Data:
    paid = [step for step in outcome.steps if step.stage == floor.key]
    return {
        "key": floor.key,
        "name": names[floor.key],
        "amount_cents": floor.budget,
        "spent_cents": sum(step.cost for step in paid),
        "projects": len(floor.project_ids),
        "funded_by_it": len(paid),
        "funded": len(floor.project_ids.intersection(outcome.winners)),
    }


def _electorate(facts: Facts, election: Election, outcome: Outcome) -> Data:
    winners = frozenset(outcome.winners)
    satisfied = sum(
        ballot.multiplicity
        for ballot in election.ballots
        if any(project in winners and points > 0 for project, points in ballot.choices)
    )
    return {
        "roll": facts.roll,
        "signatures": facts.signatures,
        "ballots": election.voters,
        "ballots_with_a_winner": satisfied,
        "choices_set_aside": facts.set_aside,
        "by_site": [asdict(cell) for cell in facts.by_site],
    }


def _project(outcome: ProjectOutcome, described: Data, terms: Terms) -> Data:
    return described | {
        "id": outcome.id,
        "rank": outcome.rank,
        "state": outcome.state.value,
        "stage": outcome.stage,
        "reason": outcome.reason.value if outcome.reason else None,
        "votes": outcome.supporters,
        "score": outcome.score,
        "cost_cents": outcome.cost,
        "votes_missing": outcome.votes_missing,
        "cost_would_pass_cents": outcome.cost_would_pass,
        "floors": [floor.key for floor in terms.floors if outcome.id in floor.project_ids],
    }


def _line(outcome: Outcome) -> Data | None:
    """Where the money first did not suffice: the project concerned, and what was left for it."""
    stopped = next((project for project in outcome.projects if project.reason is Reason.NO_MONEY), None)
    if stopped is None:
        return None
    ranks = {project.id: project.rank for project in outcome.projects}
    # What a reserved part paid is gone before the rest is shared, whatever the ranks.
    gone = sum(s.cost for s in outcome.steps if s.stage != MAIN_STAGE or ranks[s.project] < stopped.rank)
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
