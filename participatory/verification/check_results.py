"""Check 10: each result is the one that was journalled, and the one that counting again by the rule gives."""

from collections.abc import Iterator
from typing import Any

from participatory.tally.declared import rule_in_format, with_result
from participatory.tally.election import Election
from participatory.tally.outcome import Outcome
from participatory.tally.terms import Terms
from participatory.tally.told import of_count, of_limits, of_project, of_sites
from participatory.verification.bundle import Bundle
from participatory.verification.check_elections import in_cents, same_rule
from participatory.verification.journal import COUNTED, RESULT
from participatory.verification.layout import MAIN, election_file, result_file
from participatory.verification.recount import differences, recount
from participatory.verification.rulebook import Listed
from participatory.verification.tables import tables_of

_RESULT_COLUMNS = ("votes", "score", "selected")


def results(bundle: Bundle) -> Iterator[str]:
    """Digests, winners, votes, costs, order, stages, ties and explanations; the tables that are made of them."""
    yield from _journalled(bundle)
    yield from _tables(bundle)
    for contest in bundle.contests:
        election = in_cents(bundle, contest)
        if not same_rule(bundle, election):
            # Another rule could take for ever, and its result would say nothing of this round.
            yield f"{election_file(contest)}: it carries another rule than the rulebook, and was not counted again."
            continue
        outcome, terms = recount(election)
        faults = (*_count(bundle, contest, election, outcome, terms), *_facts(bundle, contest))
        yield from (f"{result_file(contest)}: {fault}." for fault in faults)
        yield from (f"{election_file(contest)}: {fault}." for fault in _columns(election, outcome, terms))


def compared_results(bundle: Bundle) -> str:
    """What check 10 compared."""
    funded = sum(len(bundle.result(contest)["count"]["winners"]) for contest in bundle.contests)
    return f"{len(bundle.contests)} results ({funded} funded projects) with a recount of their files and the journal"


def _journalled(bundle: Bundle) -> Iterator[str]:
    counted, published = bundle.anchor(COUNTED).payload, bundle.anchor(RESULT).payload
    digests = {contest: bundle.source.digest(result_file(contest)) for contest in bundle.contests}
    for row, verb in ((counted, COUNTED), (published, RESULT)):
        if row["digests"] != digests:
            yield f"The results are not those whose SHA-256 the journal gives in “{verb}”."
    if published["edition"] != bundle.manifest["edition"]:
        yield f"The journal published edition {published['edition']}, the manifest says {bundle.manifest['edition']}."


def _count(bundle: Bundle, contest: str, election: Election, outcome: Outcome, terms: Terms) -> Iterator[str]:
    result, listed = bundle.result(contest), {project.id: project for project in bundle.counted(contest)}
    yield from differences(result, of_count(election, outcome, terms), "the result")
    floors, caps = of_limits(outcome, terms)
    names = {floor["key"]: floor["name"] for floor in bundle.rules.data["floors"]}
    named = [floor | {"name": names.get(floor["key"])} for floor in floors]
    yield from differences(result["floors"], named, "floors")
    yield from differences(result["caps"], caps, "caps")
    projects: list[dict[str, Any]] = [
        _described(listed.get(project.id)) | of_project(project, outcome, terms) for project in outcome.projects
    ]
    yield from differences(result["projects"], projects, "projects")
    yield from differences(result.get("sites"), list(of_sites(projects, outcome.ballots)), "sites")
    said = {"ballots": outcome.ballots, "ballots_with_a_winner": outcome.ballots_with_winner}
    yield from differences(result["electorate"], said, "electorate")
    first = {"winners": list(outcome.winners), "cost_cents": outcome.cost}
    yield from differences(result.get("alternatives", [])[:1], [first], "alternatives")


def _described(project: Listed | None) -> dict[str, Any]:
    """A project as its row in projects.csv describes it; an empty field is none there."""
    if project is None:
        return {"site": None}
    return {
        "proposal": project.id,
        "title": project.title,
        "site": project.site or None,
        "site_kind": project.site_kind or None,
        "department": project.department or None,
        "theme": project.theme or None,
    }


def _facts(bundle: Bundle, contest: str) -> Iterator[str]:
    """What a result says beside the count, as far as the manifest says it too."""
    result, manifest = bundle.result(contest), bundle.manifest
    yield from differences(result["round"], manifest["round"], "round")
    if bundle.rules.names:
        named = next(each for each in manifest["contests"] if each["key"] == contest)
        yield from differences(result.get("contest"), {"key": contest, "name": named["name"]}, "contest")
    if bundle.links or "links" in result:
        yield from differences(result, {"links": [list(row) for row in bundle.links]}, "the result")
    yield from differences(result["rulebook"], {"digest": manifest["rulebook_digest"]}, "rulebook")
    if contest == MAIN:
        yield from differences(result["electorate"], {"signatures": manifest["seal"]["signatures"]}, "electorate")


def _columns(election: Election, outcome: Outcome, terms: Terms) -> Iterator[str]:
    """The result that the `.pb` file itself carries."""
    for project, counted in zip(election.projects, with_result(election, outcome).projects, strict=True):
        if any(project.extra.get(name) != counted.extra.get(name) for name in _RESULT_COLUMNS):
            yield f"the votes or the mark of project {project.id} are not those of the recount"
    if election.meta.get("rule") != rule_in_format(outcome, terms):
        yield f"its rule is {election.meta.get('rule')!r:.40}, and not {rule_in_format(outcome, terms)!r}"


def _tables(bundle: Bundle) -> Iterator[str]:
    for name, data in tables_of({contest: bundle.result(contest) for contest in bundle.contests}).items():
        if bundle.source.read(name) != data:
            yield f"{name} is not made of the results."
