"""A forger who holds the key repairs digests and signs again, and is caught by the check of what they changed."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from participatory.urn.document import BallotDocument, ContestBallot
from participatory.verification import layout
from participatory.verification.canonical import compact, parse, table
from participatory.verification.checks import CHECKS, told
from participatory.verification.source import UnreadableError
from tests.verification.altering import bundle, by_byte, by_row, failed, faults
from tests.verification.making import ROUND, Chain, World, forged, public, rulebook

PLACES = 40
_WORLD = World(rulebook("approval"), voters=24)
FILES = _WORLD.files()
KEY = _WORLD.signing

# Which checks look at the content of each file.
OF_FILE = {
    "ballots.csv": {9}, "projects.csv": {8, 9, 10}, "receipts.txt": {5}, "setting_aside.csv": {6}, "paper.csv": {6},
    "journal.jsonl": {2}, "election.pb": {9, 10}, "election-toulouse.pb": {9, 10}, "result.json": {10},
    "result-toulouse.json": {10}, "tables/projects.csv": {10}, "tables/turnout.csv": {10},
} | {name: {3} for name in FILES if name.startswith("checkpoints/")}  # fmt: skip

# docs/verify.md says that nothing else in the bundle repeats these: only digests and the signature protect them.
_ALONE_IN_ELECTIONS = ("country;", "unit;", "instance;", "date_begin;", "date_end;", "language;")


def seen(files, numbers):
    """Whether one of these checks has a fault to tell."""
    whole = bundle(files)
    return any(next(told(CHECKS[number - 1], whole), None) for number in sorted(numbers))


def stands_alone(name, data):
    """Whether all that was altered is what nothing else in the bundle repeats."""
    try:
        if name == "projects.csv":
            return repeated_columns(data) == repeated_columns(FILES[name])
        if name.endswith(".pb"):
            return repeated_lines(data) == repeated_lines(FILES[name])
    except (UnreadableError, UnicodeDecodeError):
        return False
    return False


def repeated_columns(data):
    """The columns of projects.csv without the carrier, and without the description of projects that left."""
    described = ("site", "site_kind", "department", "theme", "partial_from_cents")
    return [
        row | {"carrier": ""} | (dict.fromkeys(described, "") | {"left": "x"} if row["left"] else {})
        for row in layout.read_table(data, "projects.csv", layout.PROJECT_COLUMNS)
    ]


def repeated_lines(data):
    return [line for line in data.decode().split("\n") if not line.startswith(_ALONE_IN_ELECTIONS)]


def test_each_file_has_its_checks():
    assert {name for name in FILES if not name.startswith("manifest")} == OF_FILE.keys()


@pytest.mark.parametrize("name", OF_FILE)
def test_a_forger_is_caught_by_the_check_of_the_content(name):
    missed = [
        what
        for what, data in (*by_byte(FILES[name], PLACES, f"forged {name}"), *by_row(FILES[name], f"forged {name}"))
        if data != FILES[name]
        and not stands_alone(name, data)
        and not seen(forged(FILES | {name: data}, KEY), OF_FILE[name])
    ]
    assert missed == []


def replaced(name, old, new):
    """A forgery that replaces a text in a file, once."""

    def forge():
        assert old in FILES[name].decode()
        return forged(FILES | {name: FILES[name].decode().replace(old, new, 1).encode()}, KEY)

    return forge


def rows_of(name, change):
    """A forgery that changes the list of the lines of a file."""

    def forge():
        lines = FILES[name].splitlines(keepends=True)
        change(lines)
        return forged(FILES | {name: b"".join(lines)}, KEY)

    return forge


def in_manifest(*path, value):
    """A forgery that changes one value of the manifest."""

    def forge():
        manifest = parse(FILES[layout.MANIFEST])
        place = manifest
        for key in path[:-1]:
            place = place[key]
        assert place[path[-1]] != value
        place[path[-1]] = value
        return forged(FILES, KEY, **{path[0]: manifest[path[0]]})

    return forge


def without(name):
    return lambda: forged({other: data for other, data in FILES.items() if other != name}, KEY)


def swap(lines):
    lines[1], lines[2] = lines[2], lines[1]


def last_checkpoint():
    return max(name for name in FILES if name.startswith("checkpoints/"))


def signed_elsewhere():
    """A checkpoint well signed of a row that this journal does not have."""
    chain = Chain(KEY)
    chain.old(), chain.old(), chain.withheld(), chain.withheld(), chain.sign()
    return forged(FILES | {"checkpoints/000000004.json": chain.checkpoints[4]}, KEY)


FORGERIES = [
    ("a journal that ends earlier", 2, rows_of("journal.jsonl", lambda lines: lines.pop())),
    ("a deed rewritten", 2, replaced("journal.jsonl", "duplicate_identity0", "duplicate_identity9")),
    ("a deed moved to another actor", 2, replaced("journal.jsonl", '"actor":"officer"', '"actor":"stranger"')),
    ("a row withheld under another content", 2, replaced("journal.jsonl", '{"content":"', '{"content":"0')),
    ("another number of rows", 2, in_manifest("journal", "positions", value=47)),
    ("another end of the journal", 2, in_manifest("journal", "head", value="0" * 64)),
    ("another key of the checkpoints", 3, in_manifest("checkpoint_key", value="ab" * 32)),
    ("a checkpoint of another hour", 3, replaced(last_checkpoint(), "T08:", "T09:")),
    ("a checkpoint of another row", 4, signed_elsewhere),
    ("the last checkpoint left out", 4, without(last_checkpoint())),
    ("two receipts swapped", 5, rows_of("receipts.txt", swap)),
    ("a receipt given twice", 5, rows_of("receipts.txt", lambda lines: lines.insert(0, lines[0]))),
    ("a receipt left out", 5, rows_of("receipts.txt", lambda lines: lines.pop())),
    ("another root", 5, in_manifest("seal", "root", value="12" * 32)),
    ("another number of signatures", 6, in_manifest("seal", "signatures", value=25)),
    ("another number of void ballots", 6, in_manifest("void", value=0)),
    ("another number of ballots", 6, in_manifest("contests", 0, "ballots", value=3)),
    ("another motive", 6, replaced("setting_aside.csv", "usurpation", "zeal")),
    ("another count of a motive", 6, replaced("setting_aside.csv", "usurpation,1", "usurpation,2")),
    ("another number of spoiled papers", 6, replaced("paper.csv", ",2,15", ",3,14")),
    ("another stand", 6, replaced("paper.csv", "s1", "s2")),
    ("another number of blanked trackers", 7, in_manifest("trackers_blanked", value=2)),
    ("another rulebook", 8, in_manifest("rulebook", "ballot_max", value=6)),
    ("another digest of the rulebook", 8, in_manifest("rulebook_digest", value="0" * 64)),
    ("another amount of a contest", 8, in_manifest("contests", 1, "amount_cents", value=1)),
    ("another name of a contest", 8, in_manifest("contests", 1, "name", value="Elsewhere")),
    ("another key of the urn", 8, in_manifest("opening", "public_key", value="ab" * 32)),
    ("another fingerprint", 8, in_manifest("opening", "fingerprint", value="ab" * 32)),
    ("another number of trustees", 8, in_manifest("opening", "trustees", value=2)),
    ("another size of ballots", 8, in_manifest("opening", "padded_size", value=256)),
    ("another name of the main contest", 10, in_manifest("contests", 0, "name", value="Elsewhere")),
    ("another moment of the opening", 8, in_manifest("opening", "opened_at", value="2027-03-01T09:00:00+00:00")),
    ("another title of a project", 8, replaced("projects.csv", "Projet n° 4", "Projet n° 5")),
    ("two rows of projects swapped", 8, rows_of("projects.csv", swap)),
    ("two ballots swapped", 9, rows_of("ballots.csv", swap)),
    ("a tracker taken out", 9, rows_of("ballots.csv", lambda lines: lines.__setitem__(1, b"main,,pj000ax:1\n"))),
    ("another budget in a file", 9, replaced("election.pb", "budget;60000", "budget;60001")),
    ("another seed of the lot", 9, replaced("election.pb", "tie_seed=5eed", "tie_seed=5eee")),
    ("another floor", 9, replaced("election.pb", "floors=vue:12000", "floors=vue:12001")),
    ("another threshold", 9, replaced("election.pb", "min_project_score_threshold;2", "min_project_score_threshold;1")),
    ("another rule", 9, replaced("election.pb", "count_rule=mes", "count_rule=greedy")),
    ("another option of the rule", 9, replaced("election.pb", "count_step=1%", "count_step=2%")),
    ("another theme in a file", 9, replaced("election.pb", ";sport;", ";food;")),
    ("another name of the area", 9, replaced("election-toulouse.pb", "subunit;Toulouse", "subunit;Albi")),
    ("another description", 9, replaced("election.pb", "étudiant 2027", "étudiant 2028")),
    ("an unknown word in the head of a file", 9, replaced("election.pb", "language;fr", "edition;2\nlanguage;fr")),
    ("an impossible day", 9, replaced("election.pb", "date_end;14.03.2027", "date_end;31.02.2027")),
    ("a vote that ends before it begins", 9, replaced("election.pb", "date_end;14.03.2027", "date_end;14.02.2027")),
    ("another budget that reads the same", 9, replaced("election.pb", "budget;60000", "budget;60000.0")),
    ("another mark of a project", 10, replaced("election.pb", ";0;", ";1;")),
    ("another cost in the result", 10, replaced("result.json", '"paid_cents":0', '"paid_cents":1')),
    ("another turnout", 10, replaced("result.json", '"voters":40', '"voters":41')),
    ("another place in a result", 10, replaced("projects.csv", ",Albi,", ",Sète,")),
    ("a table with another number", 10, replaced("tables/turnout.csv", "Albi,40", "Albi,41")),
    ("another edition", 10, in_manifest("edition", value=2)),
    ("another title of the round", 10, in_manifest("round", "title", value="Budget")),
]  # fmt: skip


@pytest.mark.parametrize(("number", "forge"), [case[1:] for case in FORGERIES], ids=[case[0] for case in FORGERIES])
def test_each_forgery_has_the_number_of_its_check(number, forge):
    assert number in failed(forge())


@pytest.mark.parametrize("contest", ["main", "toulouse"])
def test_a_result_that_suits_the_forger_everywhere_is_not_what_was_journalled(contest):
    """Ballots, election, result and tables agree with each other; the journal has the digests of others."""
    other = World(rulebook("approval"), voters=24, seed=8)
    theirs = other.files()
    names = ["ballots.csv", "tables/projects.csv", layout.election_file(contest), layout.result_file(contest)]
    assert {9, 10} <= set(failed(forged(FILES | {name: theirs[name] for name in names}, KEY)))


def test_who_rewrites_everything_is_caught_by_a_checkpoint_that_an_observer_kept():
    rewritten = World(rulebook("approval"), voters=24, seed=8).files()
    kept = FILES[last_checkpoint()]
    assert failed(rewritten) == []
    assert failed(rewritten, kept) == [4]
    assert failed(FILES, kept) == []


def test_a_kept_checkpoint_must_be_signed_and_may_be_written_otherwise():
    kept = parse(FILES[last_checkpoint()])
    spaced = compact(kept).replace(",", ",\n ").encode()
    assert failed(FILES, spaced) == []
    assert failed(FILES, compact(kept | {"at": "2027-01-01T00:00:00.000000+00:00"}).encode()) == [3]
    assert failed(FILES, b"not a checkpoint") == [3, 4]


def test_a_journal_cut_before_a_kept_checkpoint_is_caught():
    shorter = World(rulebook("approval"), voters=12).files()
    assert 4 in failed(shorter, FILES[last_checkpoint()])
    assert "ends at row" in faults(shorter, 4, FILES[last_checkpoint()])


# Worlds in which everything agrees and one thing is not allowed: one check alone must see it.


def lying(kind="approval", voters=24, **changes):
    return World(rulebook(kind, **changes), voters=voters)


def with_ballot(kind, *choices, contest="main", tracker="", **changes):
    world = lying(kind, **changes)
    world.documents[0] = BallotDocument(ROUND, kind, {contest: ContestBallot(tuple(choices), tracker)})
    return world


def ids(world_kind="approval", contest="main"):
    return [project.id for project in lying(world_kind).listed(contest)]


def costly():
    return [(project.id, 1) for project in sorted(lying("knapsack").listed("main"), key=lambda each: -each.cost)[:5]]


MAIN, AREA = ids(), ids(contest="toulouse")
ILLEGAL = {
    "too many projects": lambda: with_ballot("approval", *[(project, 1) for project in MAIN[:6]]),
    "too few projects": lambda: with_ballot("approval", (MAIN[0], 1), ballot_min=2),
    "no project": lambda: with_ballot("approval"),
    "a project of another contest": lambda: with_ballot("approval", (AREA[0], 1)),
    "a project that is none": lambda: with_ballot("approval", ("zz", 1)),
    "projects beyond the envelope": lambda: with_ballot("knapsack", *costly(), budget_cents=50_000_00),
    "more points than there are": lambda: with_ballot("points", *[(project, 3) for project in MAIN[:5]]),
    "more points than one project may have": lambda: with_ballot("points", (MAIN[0], 7)),
    "a rank left out": lambda: with_ballot("ranking", (MAIN[0], 1), (MAIN[1], 3)),
    "a rank given twice": lambda: with_ballot("ranking", (MAIN[0], 1), (MAIN[1], 1)),
    "a rank without a weight": lambda: with_ballot(
        "ranking", *[(project, place) for place, project in enumerate(MAIN[:5], 1)], rank_weights=[3, 2, 1]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ILLEGAL)
def test_an_illegal_ballot_is_seen_by_check_8_alone(name):
    world = ILLEGAL[name]()
    if name == "too few projects":
        world.documents[1:] = [each for each in world.documents[1:] if len(each.contests["main"].choices) > 1]
        world.documents[1:] = [
            BallotDocument(ROUND, "approval", {"main": each.contests["main"]}) for each in world.documents[1:]
        ]
    assert failed(world.files()) == [8]


def test_two_votes_for_one_project_are_seen_by_check_8_first():
    assert failed(with_ballot("approval", (MAIN[0], 2)).files()) == [8, 9]


def test_a_ballot_may_name_a_project_that_left_since():
    left = next(project.id for project in lying().listed("main") if project.left)
    assert failed(with_ballot("approval", (left, 1)).files()) == []


@pytest.mark.parametrize("tracker", ["0123456789ABCDEO", "0123456789abcdef", "0123"])
def test_a_tracker_that_is_none_is_seen_by_check_7_alone(tracker):
    assert failed(with_ballot("approval", (MAIN[0], 1), tracker=tracker).files()) == [7]


def test_a_tracker_given_twice_is_seen_by_check_7_alone():
    world = lying()
    for place in (0, 1):
        world.documents[place] = BallotDocument(
            ROUND, "approval", {"main": ContestBallot(((MAIN[place], 1),), "0123456789ABCDEF")}
        )
    assert failed(world.files()) == [7]


def test_one_tracker_in_two_contests_is_allowed():
    world = lying()
    both = {key: ContestBallot(((ids(contest=key)[0], 1),), "0123456789ABCDEF") for key in ("main", "toulouse")}
    world.documents[0] = BallotDocument(ROUND, "approval", both)
    assert failed(world.files()) == []


def test_trackers_under_a_rulebook_that_allows_none_are_seen_by_check_7_alone():
    assert failed(lying(trackers=False).files()) == [7]


class Stolen(World):
    """A ballot stands in the urn that nobody cast."""

    def __post_init__(self):
        super().__post_init__()
        self.receipts = sorted([*self.receipts[1:], "ab" * 32])


class Recovered(World):
    """A withdrawn ballot stands in the urn."""

    def _ballots(self):
        super()._ballots()
        self.chain.deed("ballot.withdrawn", receipt=self.cast[-1])
        self.chain.sign()


class Late(World):
    """A ballot was cast after the closing."""

    def _seal(self):
        if not any("late" in line for line in self.chain.lines) and self.chain.checkpoints:
            self.chain.deed("ballot.cast", actor="late", receipt="cd" * 32)
        return super()._seal()


class Unequal(World):
    """One signature more than ballots."""

    def _seal(self):
        return super()._seal() | {"signatures": self.voters + 1}


@pytest.mark.parametrize("world", [Stolen, Recovered, Late, Unequal])
def test_urns_that_do_not_reconcile_are_seen_by_check_6(world):
    assert 6 in failed(world(rulebook("approval"), voters=24).files())


@pytest.mark.parametrize("world", [Stolen, Recovered, Late])
def test_urns_that_hold_other_ballots_than_were_cast_are_seen_by_check_6_alone(world):
    assert failed(world(rulebook("approval"), voters=24).files()) == [6]


def test_ballots_on_paper_may_be_known_by_their_number_alone():
    assert failed(World(rulebook("approval"), voters=24, paper_named=False).files()) == []


def test_more_ballots_than_voters_are_seen_by_check_6():
    world = lying()
    world.documents += [BallotDocument(ROUND, "approval", {"main": ContestBallot(((MAIN[0], 1),))})] * 3
    assert failed(world.files()) == [6]


def test_carriers_that_no_cap_needs_are_seen_by_check_8_alone():
    world = lying(caps=[])
    first = next(project for project in world.projects if not project.left)
    world.projects = tuple(replace(each, carrier="person-1") if each is first else each for each in world.projects)
    assert failed(world.files()) == [8]


def test_a_motive_that_the_rulebook_does_not_name_is_seen_by_check_6_alone():
    assert failed(lying(set_aside_motives=["usurpation"]).files()) == [6]


def test_a_manifest_that_announces_a_key_that_the_journal_does_not_know_is_seen_by_check_3():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert 3 in failed(forged(FILES, other, checkpoint_key=public(other)))


def test_columns_of_a_table_are_those_of_the_contract():
    data = table(("contest", "tracker", "choice"), [])
    assert failed(forged(FILES | {"ballots.csv": data}, KEY))[0] == 6
