"""Check 9: each `.pb` file says what ballots.csv, projects.csv and the rulebook say, and nothing else."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from participatory.tally.amounts import format_amount
from participatory.tally.carried import COMMENT, as_comment
from participatory.tally.declared_method import declared_method, method_as_items
from participatory.tally.declared_terms import THRESHOLD, declared_terms, items_of, terms_as_items, threshold_as_meta
from participatory.tally.election import Choices, Election, in_finer_unit
from participatory.tally.pabulib import write_election
from participatory.tally.terms import Cap, Terms
from participatory.verification.ballots import parsed
from participatory.verification.bundle import Bundle
from participatory.verification.journal import COUNTED
from participatory.verification.layout import BALLOTS, MAIN, election_file
from participatory.verification.rulebook import Listed, Rules
from participatory.verification.source import UnreadableError

UNIT = 100
_SHOWN = 5
_RESULT_COLUMNS = frozenset({"votes", "score", "selected"})
# What a file may say of itself and nothing else in the bundle says: only its form is checked.
_FREE = {
    "country": re.compile(r".+"),
    "unit": re.compile(r".+"),
    "instance": re.compile(r"\d{4}"),
    "language": re.compile(r"[a-z]{2}"),
    "date_begin": re.compile(r"\d\d\.\d\d\.\d{4}"),
    "date_end": re.compile(r"\d\d\.\d\d\.\d{4}"),
}
_VOTE_TYPES = {"approval": "approval", "knapsack": "approval", "points": "scoring", "ranking": "scoring"}


def elections(bundle: Bundle) -> Iterator[str]:
    """The ballots are those that were journalled, and each file holds them, the projects and the terms of the count."""
    yield from bundle.votes.order
    if bundle.source.digest(BALLOTS) != bundle.anchor(COUNTED).payload["ballots"]:
        yield f"{BALLOTS} is not the file whose SHA-256 the journal gives at the count."
    for contest in bundle.contests:
        name, election = election_file(contest), in_cents(bundle, contest)
        faults = (
            *_writing(bundle, contest),
            *_projects(bundle.counted(contest), election),
            *_ballots(bundle, contest, election),
            *_meta(bundle, contest, election),
            *_terms(bundle, contest, election),
        )
        yield from (f"{name}: {fault}" for fault in faults)
    yield from _alike(bundle)


def compared_elections(bundle: Bundle) -> str:
    """What check 9 compared."""
    ballots = sum(bundle.votes.of(contest).ballots for contest in bundle.contests)
    return f"{len(bundle.contests)} files with {ballots:,} ballots, their projects, amounts and terms"


def in_cents(bundle: Bundle, contest: str) -> Election:
    """The election of a file, counted in cents; raises UnreadableError for amounts finer than that."""
    election = bundle.election(contest)
    try:
        return in_finer_unit(election, UNIT)
    except ValueError as error:
        raise UnreadableError(f"{election_file(contest)} has amounts finer than a cent.") from error


def _writing(bundle: Bundle, contest: str) -> Iterator[str]:
    if write_election(bundle.election(contest)).encode() != bundle.source.read(election_file(contest)):
        yield "it is not written in its only way."


def _projects(listed: list[Listed], election: Election) -> Iterator[str]:
    if [project.id for project in election.projects] != [project.id for project in listed]:
        yield "its projects are not those of projects.csv that were still on the ballot, by id."
        return
    for project, row in zip(election.projects, listed, strict=True):
        said = {name: text for name, text in project.extra.items() if name not in _RESULT_COLUMNS}
        described = {"category": row.theme, "neighborhood": row.site, "public_id": row.id}
        if project.cost != row.cost or project.name != one_line(row.title):
            yield f"project {row.id} has another cost or title than in projects.csv."
        if said != {name: text for name, text in described.items() if text}:
            yield f"project {row.id} is not described as in projects.csv."


def _ballots(bundle: Bundle, contest: str, election: Election) -> Iterator[str]:
    expected = _expected(bundle, contest)
    found = Counter(ballot.choices for ballot in election.ballots)
    if expected != found:
        for choices, times in list((expected - found).items())[:_SHOWN]:
            yield f"{times} ballots of {BALLOTS} are not in it: {_said(choices)}."
        for choices, times in list((found - expected).items())[:_SHOWN]:
            yield f"{times} of its ballots are not in {BALLOTS}: {_said(choices)}."
    if any(one.choices > other.choices for one, other in pairwise(election.ballots)):
        yield "its ballots are not in the order of their choices."
    if any(ballot.voter != str(place) or ballot.extra for place, ballot in enumerate(election.ballots, start=1)):
        yield "its ballots are not numbered 1, 2, 3…, or say something of the voter."


def _expected(bundle: Bundle, contest: str) -> Counter[Choices]:
    """The ballots as they are counted: without the projects that left, ranks as their weights."""
    kept, points = {project.id for project in bundle.counted(contest)}, bundle.rules.points
    expected: Counter[Choices] = Counter()
    for choices, times in bundle.votes.of(contest).choices.items():
        expected[tuple([(project, points(value)) for project, value in parsed(choices) if project in kept])] += times
    return expected


def _said(choices: Choices) -> str:
    text = " ".join(f"{project}:{points}" for project, points in choices)
    return f"“{text[:60]}”" if text else "an empty one"


def _meta(bundle: Bundle, contest: str, election: Election) -> Iterator[str]:
    rules, amount = bundle.rules, bundle.rules.amounts.get(contest, 0)
    if election.budget != amount:
        yield f"its budget is {election.budget} cents, and the contest has {amount}."
    expected = {"vote_type": _VOTE_TYPES[rules.kind], "currency": bundle.manifest["round"]["currency"]}
    expected |= {"num_projects": str(len(election.projects)), "num_votes": str(election.voters)}
    expected |= _form(rules, amount) | _named(bundle, contest)
    for key, value in election.meta.items():
        if key in {"budget", "rule", COMMENT, THRESHOLD}:
            continue
        if key in _FREE:
            if not _FREE[key].fullmatch(value) or (key.startswith("date_") and _day(value) is None):
                yield f"its {key} is {value[:60]!r}."
        elif value != expected.get(key):
            yield f"its {key} is {value[:60]!r}, and not what the rulebook and the round say."
    for key in sorted(expected.keys() - election.meta.keys()):
        yield f"it does not give {key}."


def _named(bundle: Bundle, contest: str) -> dict[str, str]:
    """The name of the round, with that of the area for a contest that is not the main one."""
    area = one_line(bundle.rules.names.get(contest, ""))
    description = " – ".join(filter(None, (one_line(bundle.manifest["round"]["title"]), area)))
    return {"description": description} | ({"subunit": area} if area else {})


def _form(rules: Rules, amount: int) -> dict[str, str]:
    """What a file says of the form of its ballots."""
    if rules.kind == "approval":
        return {"min_length": str(rules.data["ballot_min"]), "max_length": str(rules.data["ballot_max"])}
    return {"max_sum_cost": format_amount(amount, UNIT)} if rules.kind == "knapsack" else {}


def _day(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, "%d.%m.%Y")  # noqa: DTZ007 — a day of the file, without an hour.
    except ValueError:
        return None


def expected_terms(bundle: Bundle, contest: str) -> Terms:
    """The terms of the count of a contest by the rulebook; raises UnreadableError for terms that cannot be."""
    try:
        return bundle.rules.terms(contest, bundle.counted(contest), bundle.round_key, bundle.links)
    except (ValueError, KeyError) as error:
        raise UnreadableError("The rulebook has terms by which nobody can count.") from error


def _terms(bundle: Bundle, contest: str, election: Election) -> Iterator[str]:
    found, expected = declared_terms(election), expected_terms(bundle, contest)
    method = declared_method(items_of(election), UNIT)
    if not same_rule(bundle, election):
        yield "its rule of counting is not that of the rulebook."
    for name in ("budget", "floors", "threshold", "order", "groups", "requires", "partial"):
        if getattr(found, name) != getattr(expected, name):
            yield f"its terms ({name}) are not those of the rulebook."
    if _caps(found.caps) != _caps(expected.caps):
        yield "its terms (caps) are not those of the rulebook."
    written = terms_as_items(found, UNIT) | (method_as_items(method, UNIT) if method else {})
    if as_comment(written) != election.meta.get(COMMENT) or list(found.partial or {}) != sorted(found.partial or {}):
        yield "its comment does not carry the terms in their only way."
    if threshold_as_meta(expected).get(THRESHOLD) != election.meta.get(THRESHOLD):
        yield "its threshold is not that of the rulebook."


def same_rule(bundle: Bundle, election: Election) -> bool:
    """Whether a file in cents carries the rule of the rulebook, with its options."""
    method = declared_method(items_of(election), UNIT)
    return method is not None and method_as_items(method, UNIT) == method_as_items(bundle.rules.method, UNIT)


def _caps(caps: tuple[Cap, ...]) -> Counter[tuple[str, int, frozenset[str]]]:
    """Caps by their scope, amount and projects; places and carriers have other keys in projects.csv."""
    return Counter((cap.key.partition(":")[0], cap.amount, cap.project_ids) for cap in caps)


def _alike(bundle: Bundle) -> Iterator[str]:
    """What the files say of their round is the same in each, and the vote does not end before it begins."""
    main = bundle.election(MAIN).meta
    for contest in bundle.contests:
        meta = bundle.election(contest).meta
        if any(meta.get(key) != main.get(key) for key in _FREE):
            yield f"{election_file(contest)} does not say of its round what {election_file(MAIN)} says."
        begin, end = (_day(meta.get(key, "")) for key in ("date_begin", "date_end"))
        if begin is None or end is None or begin > end or str(begin.year) != meta.get("instance"):
            yield f"{election_file(contest)}: the dates of the vote cannot be."


def one_line(text: str) -> str:
    """A text without line breaks and double spaces."""
    return " ".join(text.split())
