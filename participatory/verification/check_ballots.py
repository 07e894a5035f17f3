"""Checks 7 and 8: trackers, and the legality of each ballot under what was frozen when the vote opened."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from participatory.tally.linking import KINDS, REQUIRES, links_digest, stranded
from participatory.urn.election import projects_digest
from participatory.verification.ballots import TRACKER, parsed
from participatory.verification.bundle import Bundle
from participatory.verification.canonical import compact, digest_of
from participatory.verification.journal import CLOSED, COUNTED, LINKS_FROZEN, OPENED, REMOVED
from participatory.verification.layout import LINKS, PROJECTS


def trackers(bundle: Bundle) -> Iterator[str]:
    """Within a contest no tracker is given twice; each is 16 letters of Crockford's base 32, or empty."""
    blanked, journalled = bundle.manifest["trackers_blanked"], bundle.anchor(COUNTED).payload["blanked"]
    if blanked != journalled:
        yield f"The manifest says that {blanked} trackers were blanked, the journal {journalled}."
    wanted = bundle.rules.data.get("trackers", True)
    for contest, votes in bundle.votes.contests.items():
        for tracker, times in votes.trackers.items():
            if times > 1:
                yield f"Contest {contest}: the tracker {tracker[:20]!r} is given {times} times."
            if not TRACKER.fullmatch(tracker):
                yield f"Contest {contest}: {tracker[:20]!r} is not a tracker."
        if votes.trackers and not wanted:
            yield f"Contest {contest}: there are trackers, and the rulebook allows none."


def compared_trackers(bundle: Bundle) -> str:
    """What check 7 compared."""
    given = sum(len(votes.trackers) for votes in bundle.votes.contests.values())
    return f"{given:,} trackers within their contest"


def legality(bundle: Bundle) -> Iterator[str]:
    """Rulebook, projects and key are those of the opening, and every ballot is legal under them."""
    yield from _frozen(bundle)
    yield from _contests(bundle)
    yield from _projects(bundle)
    yield from _links(bundle)
    yield from _removed(bundle)
    yield from bundle.votes.form
    for contest in bundle.contests:
        costs = {project.id: project.cost for project in bundle.listed(contest)}
        amount = bundle.rules.amounts.get(contest, 0)
        for choices, times in bundle.votes.of(contest).choices.items():
            for fault in bundle.rules.faults(parsed(choices), costs, amount):
                yield f"Contest {contest}: a ballot (cast {times} times) “{choices[:60]}” is not legal: {fault}."


def compared_legality(bundle: Bundle) -> str:
    """What check 8 compared."""
    ballots = sum(votes.ballots for votes in bundle.votes.contests.values())
    return (
        f"{ballots:,} ballots by {bundle.rules.kind} with the rulebook and the {len(bundle.projects)} projects of the "
        "opening"
    )


def _frozen(bundle: Bundle) -> Iterator[str]:
    manifest, row = bundle.manifest, bundle.anchor(OPENED)
    opened, said = row.payload, manifest["opening"]
    rulebook = digest_of(compact(manifest["rulebook"]))
    if not rulebook == manifest["rulebook_digest"] == opened["rulebook"]:
        yield "The rulebook of the manifest is not the one under which the vote opened: its SHA-256 differs."
    rows = ((project.id, project.contest, project.cost, project.title) for project in bundle.projects)
    if not projects_digest(rows) == said["projects_digest"] == opened["projects"]:
        yield f"{PROJECTS} does not list the projects with which the vote opened: their digest differs."
    for name in ("public_key", "padded_size"):
        if said[name] != opened[name]:
            yield f"For “{name}”, the manifest and the journal of the opening differ."
    if digest_of(bytes.fromhex(said["public_key"])) != said["fingerprint"]:
        yield "The fingerprint is not that of the public key."
    if _moment(said["opened_at"]) != _moment(row.at):
        yield "The vote opened at another moment than the manifest says."
    ceremonies = [deed.payload for deed in bundle.journal.of("ceremony.created") if deed.position < row.position]
    if not ceremonies:
        yield "The journal tells of no key ceremony before the opening."
    elif any(ceremonies[-1][name] != said[name] for name in ("fingerprint", "trustees", "threshold")):
        yield "The key of the opening is not the one of the ceremony that the journal tells."


def _moment(written: str) -> datetime | str:
    """An instant to the second, or the text that is none."""
    try:
        return datetime.fromisoformat(written).replace(microsecond=0)
    except ValueError:
        return f"not an instant: {written}"


def _contests(bundle: Bundle) -> Iterator[str]:
    rules = bundle.rules
    if bundle.contests != tuple(rules.amounts):
        yield "The contests of the manifest are not those of the rulebook, in its order."
    for contest in bundle.manifest["contests"]:
        key = contest["key"]
        if contest["amount_cents"] != rules.amounts.get(key):
            yield f"Contest {key} has another amount in the manifest than in the rulebook."
        if contest["name"] != rules.names.get(key, contest["name"]):
            yield f"Contest {key} has another name in the manifest than in the rulebook."


def _projects(bundle: Bundle) -> Iterator[str]:
    keys = [(project.contest, project.id) for project in bundle.projects]
    if any(one >= other for one, other in pairwise(keys)):
        yield f"The rows of {PROJECTS} are not sorted by contest and id, each once."
    if len({project.id for project in bundle.projects}) < len(keys):
        yield f"{PROJECTS} gives one id to two projects."
    by_carrier = any(cap["scope"] == "carrier" for cap in bundle.rules.data.get("caps", ()))
    if not by_carrier and any(project.carrier for project in bundle.projects):
        yield f"{PROJECTS} names carriers, and no cap of the rulebook needs them."
    sites: dict[str, str] = {}
    for project in bundle.projects:
        if project.site and sites.setdefault(project.site, project.contest) != project.contest:
            yield f"Projects of the site “{project.site}” stand in two contests."
        partial = project.partial_from
        if partial is not None and not (bundle.rules.data.get("partial_funding", False) and 0 < partial < project.cost):
            yield f"Project {project.id} cannot be funded in part from {partial} cents."


def _links(bundle: Bundle) -> Iterator[str]:
    """The links between projects are those that the journal froze, and a project without what it requires has left."""
    frozen, rows = [deed.payload["links"] for deed in bundle.journal.of(LINKS_FROZEN)], bundle.links
    if not frozen:
        if LINKS in bundle.source.sizes:
            yield f"{LINKS} gives links between projects, and the journal froze none at the opening."
    elif len(frozen) > 1 or not rows or links_digest(rows) != frozen[0]:
        yield f"{LINKS} does not give the links with which the vote opened: their digest differs."
    if any(one >= other for one, other in pairwise(rows)):
        yield f"The rows of {LINKS} are not sorted, each once."
    listed = {project.id for project in bundle.projects}
    for link, kind, project, required in rows:
        if kind not in KINDS or project not in listed or bool(required) is not (kind == REQUIRES):
            yield f"{LINKS}: the link {link[:20]!r} of {project[:20]!r} cannot be."
    alone = stranded(rows, [each.id for each in bundle.projects if each.left in ("", REQUIRES)])
    if alone != {each.id for each in bundle.projects if each.left == REQUIRES}:
        yield f"The projects that left the ballot as “{REQUIRES}” are not those of {LINKS} that lack what they require."


def _removed(bundle: Bundle) -> Iterator[str]:
    """The projects that left the ballot are those that the journal tells of, each once and while the vote was open."""
    told = bundle.journal.of(REMOVED)
    named, gone = [deed.payload["proposal"] for deed in told], {each.id for each in bundle.projects if each.left}
    for project in sorted({each.id for each in bundle.projects if each.left not in ("", REQUIRES)}.difference(named)):
        yield f"{PROJECTS} says that project {project[:20]!r} left the ballot, and no row of the journal does."
    for project in sorted(set(named) - gone):
        yield f"The journal says that project {project[:20]!r} was removed, and {PROJECTS} has it on the ballot."
    if len(set(named)) < len(named):
        yield "The journal says of one project twice that it was removed."
    opened, closed = bundle.anchor(OPENED).position, bundle.anchor(CLOSED).position
    if not all(opened < deed.position < closed for deed in told):
        yield "A project was removed while the vote was not open."
