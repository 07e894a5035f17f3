"""The frozen result: one canonical JSON text that says everything the result page shows.

Amounts are in hundredths of the currency. The digest of a result is the SHA-256 of
this text, so anybody who holds the same bytes holds the same result. What is written
here is its newest form; `editions` knows the others.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from participatory.results.alternatives import as_data
from participatory.results.editions import SCHEMA, Data
from participatory.tally.compare import Alternative
from participatory.tally.election import Election
from participatory.tally.outcome import Outcome
from participatory.tally.terms import Terms
from participatory.tally.told import of_count, of_limits, of_project, of_sites


@dataclass(frozen=True)
class Turnout:
    """How many people of one site were on the roll and signed it; None below five people."""

    site: str
    voters: int
    signatures: int | None


@dataclass(frozen=True)
class Facts:
    """What a count needs to say beside the election: the round, its rules, its people, its projects.

    `links` are the frozen rows of the links between projects, said where there are some.

    `projects` describes each project by its id in the count. `floor_names` are French
    words of the rulebook, `cap_names` what the key of each cap bounds: a place, a theme (a French
    msgid) or an association, empty for a person, since a result that stays for good names nobody. `roll` and `by_site`
    are empty for an imported round, which has no roll here; `contest` is empty where there is one envelope
    alone. `declared` holds the winners that its own platform declared.
    """

    round: Data
    contest: Data | None
    rulebook: Data
    software: str
    floor_names: Mapping[str, str]
    cap_names: Mapping[str, str]
    roll: int | None
    signatures: int | None
    by_site: Sequence[Turnout]
    set_aside: int
    projects: Mapping[str, Data]
    links: Sequence[Sequence[str]] = ()
    declared: frozenset[str] | None = None


def digest_of(text: str) -> str:
    """The SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_document(
    facts: Facts, election: Election, terms: Terms, outcome: Outcome, alternatives: Sequence[Alternative]
) -> Data:
    """The content of a result, in the newest schema."""
    projects = [facts.projects[project.id] | of_project(project, outcome, terms) for project in outcome.projects]
    floors, caps = of_limits(outcome, terms)
    contest = {"contest": facts.contest} if facts.contest else {}
    links = {"links": [list(row) for row in facts.links]} if facts.links else {}
    return (
        contest
        | links
        | of_count(election, outcome, terms)
        | {
            "schema": SCHEMA,
            "software": facts.software,
            "round": facts.round,
            "rulebook": facts.rulebook,
            "floors": [floor | {"name": facts.floor_names[floor["key"]]} for floor in floors],
            "caps": [cap | {"name": facts.cap_names[cap["key"]]} for cap in caps],
            "electorate": _electorate(facts, outcome),
            "sites": list(of_sites(projects, outcome.ballots)),
            "projects": projects,
            "declared": _declared(facts.declared, outcome),
            "alternatives": [as_data(alternative, facts.projects) for alternative in alternatives],
        }
    )


def _electorate(facts: Facts, outcome: Outcome) -> Data:
    return {
        "roll": facts.roll,
        "signatures": facts.signatures,
        "ballots": outcome.ballots,
        "ballots_with_a_winner": outcome.ballots_with_winner,
        "choices_set_aside": facts.set_aside,
        "by_site": [asdict(cell) for cell in facts.by_site],
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
