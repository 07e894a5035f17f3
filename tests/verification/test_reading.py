"""What the checks read: odd bundles, hostile values, the journal's forms; and that results are those of the writer."""

import copy
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participatory.results.document import Facts, write_document
from participatory.tally.compare import Alternative
from participatory.tally.election import in_finer_unit
from participatory.tally.pabulib import read_election
from participatory.tally.told import of_count, of_limits, of_project, of_sites
from participatory.verification import layout
from participatory.verification.canonical import compact, parse
from participatory.verification.journal import read_journal
from participatory.verification.recount import differences, recount
from participatory.verification.source import UnreadableError
from participatory.verification.tables import tables_of
from tests.verification.altering import bundle, failed, faults
from tests.verification.making import KINDS, ROUND, Chain, World, described, forged, rulebook

_WORLD = World(rulebook("approval"), voters=12)
FILES = _WORLD.files()
KEY = _WORLD.signing


# Worlds that are odd and in order


@pytest.mark.parametrize("rule", ["greedy", "greedy-per-cost", "mes", "phragmen"])
@pytest.mark.parametrize("ties", ["rulebook", "lexico"])
def test_every_rule_and_order_of_ties_passes(rule, ties):
    assert failed(World(rulebook("approval", count_rule=rule, tie_break=ties), voters=24).files()) == []


@pytest.mark.parametrize("completion", ["none", "add1", "greedy"])
def test_every_completion_of_equal_shares_passes(completion):
    book = rulebook("approval", completion=completion, satisfaction="cardinality", stop="exhaustive", step_permille=20)
    assert failed(World(book, voters=24).files()) == []


def test_a_step_in_cents_passes():
    assert failed(World(rulebook("approval", completion="add1", step_cents=500), voters=24).files()) == []


OPENED = b"5e" * 32 + b'{"near":3}'


def committed(opened=OPENED, **others):
    """The bundle of a rulebook that committed to what `OPENED` holds, with what is given out as that."""
    world = World(rulebook("approval", detection=sha256(OPENED).hexdigest()), voters=24)
    return forged(world.files() | ({layout.DETECTION: opened} if opened else {}) | others, world.signing)


def test_parameters_of_detection_are_those_to_which_the_rulebook_committed():
    assert failed(committed()) == []
    assert failed(committed(OPENED + b" ")) == [1]
    assert "to which the rulebook committed" in faults(committed(OPENED + b" "), 1)
    assert "does not list detection.txt" in faults(committed(b""), 1)


def test_parameters_to_which_nobody_committed_have_no_place_in_a_bundle():
    world = World(rulebook("approval"), voters=24)
    assert "has no place in a bundle" in faults(forged(world.files() | {layout.DETECTION: OPENED}, world.signing), 1)


@pytest.mark.parametrize("detection", ["", "5E" * 32, "5e" * 31, 7, None, ["5e" * 32]])
def test_what_is_no_digest_of_parameters_is_not_a_rulebook(detection):
    files = World(rulebook("approval", detection=detection), voters=12).files()
    with pytest.raises(UnreadableError):
        assert bundle(files).rules


def test_a_round_with_one_contest_and_no_terms_passes():
    book = rulebook("approval", floors=[], min_votes=0)
    for name in ("contests", "caps", "partial_funding"):
        del book[name]
    assert failed(World(book, voters=24).files()) == []


def test_an_area_contest_without_ballots_passes():
    world = World(rulebook("ranking"), voters=24)
    for document in world.documents:
        document.contests.pop("toulouse", None)
    assert failed(world.files()) == []


def test_weights_that_the_rulebook_leaves_out_are_k_to_1():
    book = rulebook("ranking")
    del book["rank_weights"]
    world = World(book, voters=24)
    assert [world.rules.points(rank) for rank in (0, 1, 2, 5, 6)] == [0, 5, 4, 1, 0]
    assert failed(world.files()) == []


def test_a_round_without_paper_or_setting_aside_of_one_motive_passes():
    assert failed(World(rulebook("approval"), voters=24, set_aside=1, paper=0).files()) == []


# Hostile values


def leaves(value, path=()):
    """The paths to everything in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves(item, (*path, key))


def with_value(value, path, new):
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if not path:
        return new
    place[path[-1]] = new
    return changed


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from([10**18, -(10**30), 2**64]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=5),
    st.sampled_from([[], {}, [[]], [{}], {"a": 1}, "main", "../x", "0" * 64, "9" * 5000]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data(), odd=ODD)
def test_no_odd_value_of_the_manifest_or_a_result_makes_a_traceback(data, odd):
    name = data.draw(st.sampled_from(["manifest.json", "result.json"]))
    content = parse(FILES[name])
    path = data.draw(st.sampled_from(list(leaves(content))))
    changed = with_value(content, path, odd)
    if name == "result.json":
        failed(forged(FILES | {name: compact(changed).encode()}, KEY))
    elif isinstance(changed, dict):
        failed(forged(FILES, KEY, **changed))
    else:
        failed(FILES | {name: compact(changed).encode()})


@settings(max_examples=25, deadline=None)
@given(data=st.data(), odd=ODD)
def test_no_odd_deed_makes_a_traceback(data, odd):
    """The forger rewrites the journal from a deed on: chain and signatures are right, what it says is not."""
    world = World(rulebook("approval", count_rule="greedy"), voters=8, sealing=False)
    verb = data.draw(st.sampled_from(["vote.opened", "vote.sealed", "vote.counted", "paper.closed", "ballot.cast"]))
    world.chain = _Odd(world.signing, verb, odd, data.draw(st.integers(0, 6)))
    assert failed(world.files()) != [] or verb == "paper.closed"


class _Odd(Chain):
    """A journal in which one deed says something odd."""

    def __init__(self, key, verb, odd, place):
        super().__init__(key)
        self.strange = (verb, odd, place)

    def deed(self, verb, actor="system", **payload):
        strange, odd, place = self.strange
        if verb == strange:
            name = sorted(payload)[place % len(payload)]
            payload |= {name: odd if odd != payload[name] else "odd"}
        super().deed(verb, actor, **payload)


def test_a_rulebook_with_a_vast_number_of_ranks_takes_no_memory():
    assert failed(World(rulebook("ranking", rank_weights=[], ballot_max=5)).files()) == []
    vast = parse(FILES["manifest.json"])["rulebook"] | {"ballot_kind": "ranking", "ballot_max": 10**15}
    assert 8 in failed(forged(FILES, KEY, rulebook=vast))


def test_a_file_with_another_rule_is_not_counted_again():
    text = FILES["election.pb"].decode().replace("count_step=1%", "count_step=0.000000001%")
    assert "was not counted again" in faults(forged(FILES | {"election.pb": text.encode()}, KEY), 10)


# The journal


def test_a_row_of_the_old_form_after_a_new_one_is_a_fault():
    chain = Chain(KEY)
    chain.old(), chain.withheld(), chain.old()
    journal = read_journal([line.encode() for line in chain.lines], ROUND)
    assert journal.faults == ["Row 3 is of the old form, after rows of the new one."]


def test_a_public_row_of_another_round_is_a_fault():
    chain = Chain(KEY)
    chain.deed("vote.closed", signatures=1, ballots=1)
    assert read_journal([line.encode() for line in chain.lines], "another").faults == [
        "Row 1 is of another round, and should have been withheld."
    ]


def test_rows_out_of_their_order_are_told_by_their_numbers():
    chain = Chain(KEY)
    for _ in range(3):
        chain.withheld()
    lines = [line.encode() for line in chain.lines]
    assert read_journal([lines[0], lines[2]], ROUND).faults == [
        "Row 2 is missing: row 3 stands in its place.",
        "Row 2 does not follow the row before it.",
    ]


# The results: what the web application writes is what the recount expects, though neither reads the other


@pytest.mark.parametrize("kind", KINDS)
def test_the_recount_expects_what_the_application_writes(kind):
    world = World(rulebook(kind), voters=24)
    election = in_finer_unit(read_election(world.election("main")), 100)
    outcome, terms = recount(election)
    projects = {project.id: described(project) for project in world.counted("main")}
    facts = Facts(
        round={}, contest=None, rulebook={}, software="", roll=None, signatures=0, by_site=[], set_aside=0,
        projects=projects,
        floor_names={floor.key: floor.key for floor in terms.floors},
        cap_names={cap.key: "" for cap in terms.caps},
    )  # fmt: skip
    official = Alternative(outcome.method, outcome.winners, outcome.cost, outcome.ballots_with_winner, {})
    written = parse(compact(write_document(facts, election, terms, outcome, [official])))
    floors, caps = of_limits(outcome, terms)
    told = [projects[each.id] | of_project(each, outcome, terms) for each in outcome.projects]
    expected = of_count(election, outcome, terms) | {
        "floors": floors, "caps": caps, "projects": told, "sites": list(of_sites(told, outcome.ballots)),
    }  # fmt: skip
    assert list(differences(written, expected, "the document")) == []
    assert len(terms.floors) == 1
    assert len(terms.caps) > 1


def test_tables_are_made_of_the_results_alone_and_harmless():
    results = {
        name: parse(FILES[file]) for name, file in (("toulouse", "result-toulouse.json"), ("main", "result.json"))
    }
    results["main"]["projects"][0]["title"] = "=cmd()"
    tables = tables_of(results)
    lines = tables["tables/projects.csv"].decode().splitlines()
    assert lines[0].startswith("contest,rank,id,title,state,order,stage")
    assert lines[1].split(",")[:4] == ["main", "1", results["main"]["projects"][0]["id"], "'=cmd()"]
    assert lines[-1].startswith("toulouse,")
    assert tables["tables/turnout.csv"].decode().splitlines() == [
        "contest,site,voters,signatures",
        "main,,36,12", "main,Albi,40,12", "main,Figeac,3,",
        "toulouse,,36,12", "toulouse,Albi,40,12", "toulouse,Figeac,3,",
    ]  # fmt: skip
