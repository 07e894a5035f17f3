"""Links between projects in a bundle: one that is whole passes, and a link that was changed is found."""

import csv
import io

import pytest

from participatory.verification import layout
from participatory.verification.canonical import table
from participatory.verification.diff import differences
from tests.verification.altering import bundle, failed, faults
from tests.verification.making import World, forged, rulebook

LINKED = World(
    rulebook("approval"),
    voters=24,
    links=(
        ("pair", "incompatible", 2, -1), ("pair", "incompatible", 4, -1),
        ("need", "requires", 6, 3),
        # The project number 8 left the ballot: what needs it leaves with it.
        ("gone", "requires", 10, 8),
        ("three", "one_of", 1, -1), ("three", "one_of", 5, -1), ("three", "one_of", 9, -1),
    ),
)  # fmt: skip
FILES = LINKED.files()
ROWS = LINKED.rows_of_links
PLAIN = World(rulebook("approval"), voters=24)
PLAIN_FILES = PLAIN.files()


def with_links(rows):
    return forged(FILES | {layout.LINKS: table(layout.LINK_COLUMNS, rows)}, LINKED.signing)


def test_a_bundle_with_links_passes_every_check():
    assert failed(FILES) == []
    assert [project.left for project in LINKED.projects].count("requires") == 1


@pytest.mark.parametrize(
    "rows",
    [
        ROWS[1:],
        [*ROWS[:-1], (*ROWS[-1][:2], ROWS[0][2], ROWS[-1][3])],
        [*ROWS, ("zzz", "incompatible", ROWS[0][2], "")],
        sorted((link, kind.replace("one_of", "incompatible"), *rest) for link, kind, *rest in ROWS),
    ],
    ids=["one dropped", "another project", "one added", "another kind"],
)
def test_a_forger_who_changes_a_link_is_caught_by_the_journal(rows):
    assert 8 in failed(with_links(rows))
    assert "does not give the links with which the vote opened" in faults(with_links(rows), 8)


def test_links_that_are_taken_out_are_missed():
    without = {name: data for name, data in FILES.items() if name != layout.LINKS}
    assert {8, 9} <= set(failed(forged(without, LINKED.signing)))


def test_links_that_no_journal_froze_are_refused():
    files = PLAIN.files()
    added = files | {layout.LINKS: table(layout.LINK_COLUMNS, ROWS)}
    assert "the journal froze none" in faults(forged(added, PLAIN.signing), 8)


def test_links_that_the_count_did_not_honour_are_found():
    """The election and the result of the same ballots without links, under the same journal."""
    ignoring = World(rulebook("approval"), voters=24).files()
    names = [layout.election_file("main"), layout.result_file("main")]
    assert {9, 10} <= set(failed(forged(FILES | {name: ignoring[name] for name in names}, LINKED.signing)))


def test_the_projects_that_left_are_those_that_the_journal_removed():
    """A forger who takes a project off the ballot, or puts one back, is caught by the journal."""
    gone = next(project.id for project in PLAIN.projects if project.left)

    def altered(change):
        columns, *rows = csv.reader(io.StringIO(PLAIN_FILES[layout.PROJECTS].decode()))
        return forged(PLAIN_FILES | {layout.PROJECTS: table(columns, change(rows))}, PLAIN.signing)

    assert failed(PLAIN_FILES) == []
    back = altered(lambda rows: [[*row[:-1], ""] if row[1] == gone else row for row in rows])
    assert "has it on the ballot" in faults(back, 8)
    off = altered(lambda rows: [[*row[:-1], row[-1] or "unfeasible"] for row in rows])
    assert "and no row of the journal does" in faults(off, 8)


def test_a_later_bundle_with_other_links_does_not_extend_the_first():
    assert list(differences(bundle(FILES), bundle(FILES))) == []
    assert any(layout.LINKS in fault for fault in differences(bundle(FILES), bundle(with_links(ROWS[1:]))))
