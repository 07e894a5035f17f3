from pathlib import Path

import pytest
from hypothesis import given

from participatory.core.errors import Kind, Refusal
from participatory.tally.amounts import format_amount, parse_amount, smallest_unit
from participatory.tally.counting import count
from participatory.tally.election import Ballot, Election, Project, in_finer_unit
from participatory.tally.pabulib import PabulibError, read_election, write_election
from participatory.tally.pabulib_reader import read_bytes
from participatory.tally.profile import Profile
from tests.tally.strategies import elections

HEAD = "META\nkey;value\nnum_projects;2\nnum_votes;2\nbudget;100\nvote_type;{}\n"
PROJECTS = "PROJECTS\nproject_id;cost\na;60\nb;50\n"


def text(votes: str, vote_type: str = "approval", projects: str = PROJECTS, head: str = HEAD) -> str:
    return head.format(vote_type) + projects + "VOTES\n" + votes


def scores(election: Election) -> dict[str, int]:
    return {standing.project: standing.score for standing in count(election)}


@given(elections(plain=False))
def test_what_is_written_is_read_back(election: Election) -> None:
    assert read_election(write_election(election)) == election


@given(elections(plain=False))
def test_line_endings_and_byte_order_mark_do_not_matter(election: Election) -> None:
    written = write_election(election)
    if '"' not in written:
        assert read_bytes(b"\xef\xbb\xbf" + written.replace("\n", "\r\n").encode()) == election


@pytest.mark.parametrize(
    ("vote_type", "votes", "expected"),
    [
        ("approval", "voter_id;vote\n1;a,b\n2; b , a,\n", {"a": 2, "b": 2}),
        ("approval", "voter_id;vote\n1;a,a\n2;\n", {"a": 1, "b": 0}),
        ("choose-1", "voter_id;vote\n1;a\n2;b\n", {"a": 1, "b": 1}),
        ("cumulative", "voter_id;vote;points\n1;a,b;3,2\n2;b;4.0\n", {"a": 3, "b": 6}),
        ("scoring", "voter_id;points;vote\n1;3,-2;a,b\n2;4;b\n", {"a": 3, "b": 2}),
        ("ordinal", "voter_id;vote\n1;a,b\n2;b\n", {"a": 2, "b": 3}),
        ("Ordinal", "vote\na,b\nb\n", {"a": 2, "b": 3}),
    ],
)
def test_each_type_of_vote_gives_its_score(vote_type: str, votes: str, expected: dict[str, int]) -> None:
    assert scores(read_election(text(votes, vote_type))) == expected


def test_a_ranking_has_as_many_places_as_the_declared_maximum() -> None:
    head = HEAD.replace("budget", "max_length;5\nbudget")
    assert scores(read_election(text("voter_id;vote\n1;a,b\n2;b\n", "ordinal", head=head))) == {"a": 5, "b": 9}


@pytest.mark.parametrize(
    ("written", "expected"),
    [("4000", 400000), ("4000.0", 400000), ("1 250,50", 125050), ("1\u202f250", 125000), ("1e+05", 10000000)],
)
def test_amounts_are_read_exactly(written: str, expected: int) -> None:
    assert parse_amount(written) * 100 == expected


@pytest.mark.parametrize("written", ["", "dix", "1.250.000", "--4", "nan", "1e999", "9" * 40])
def test_what_is_not_an_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(written)


def test_cents_are_counted_only_where_there_are_some() -> None:
    whole = read_election(text("voter_id;vote\n1;a\n2;b\n", projects=PROJECTS.replace("60", "60.0")))
    assert (whole.unit, whole.budget, whole.projects[0].cost) == (1, 100, 60)
    cents = read_election(text("voter_id;vote\n1;a\n2;b\n", projects=PROJECTS.replace("60", "60,5")))
    assert (cents.unit, cents.budget, cents.projects[0].cost) == (100, 10000, 6050)
    assert smallest_unit([parse_amount("0.125")]) == 1000
    assert format_amount(6050, 100) == "60.50"
    assert format_amount(6005, 100) == "60.05"


def test_a_finer_unit_changes_no_amount() -> None:
    election = read_election(text("voter_id;vote\n1;a\n2;b\n"))
    finer = in_finer_unit(election, 100)
    assert (finer.budget, finer.projects[1].cost) == (10000, 5000)
    with pytest.raises(ValueError, match="does not divide"):
        in_finer_unit(finer, 1)


def test_quoted_fields_may_hold_the_separator_quotes_and_lines() -> None:
    projects = 'PROJECTS\nproject_id;cost;name\na;60;"Un ""jardin""; deux\nlignes"\nb;50;plain "inside"\n'
    election = read_election(text("voter_id;vote\n1;a\n2;b\n", projects=projects))
    assert [p.name for p in election.projects] == ['Un "jardin"; deux\nlignes', 'plain "inside"']


def test_titles_padded_by_a_spreadsheet_and_empty_lines_are_accepted() -> None:
    padded = (
        text("voter_id;vote\n1;a\n\n2;b\n").replace("PROJECTS\n", "\nPROJECTS;;;\n").replace("VOTES\n", "votes;;;\n")
    )
    assert scores(read_election(padded)) == {"a": 1, "b": 1}


def test_a_comment_may_hold_semicolons_without_quotes() -> None:
    election = read_election(text(VOTES).replace("budget;100", "comment;one; two;;\nbudget;100;;"))
    assert (election.meta["comment"], election.budget) == ("one; two", 100)


VOTES = "voter_id;vote\n1;a\n2;b\n"


@pytest.mark.parametrize(
    ("broken", "line", "reason"),
    [
        ("hello\n", 1, "must begin with the META section"),
        ("", 1, "section META is missing"),
        (HEAD.format("approval"), 7, "section PROJECTS is missing"),
        (text(VOTES).replace("budget;100\n", ""), 5, "does not give 'budget'"),
        (text(VOTES).replace("budget;100", "budget;"), 5, "does not give 'budget'"),
        (text(VOTES).replace("budget;100", "budget;beaucoup"), 5, "not a valid number for 'budget'"),
        (text(VOTES).replace("budget;100", "budget;0"), 5, "must be greater than zero"),
        (text(VOTES).replace("budget;100", "budget;100\nbudget;200"), 6, "given twice"),
        (text(VOTES).replace("vote_type;approval\n", ""), 5, "does not give 'vote_type'"),
        (text(VOTES, "tarot"), 6, "no vote type 'tarot'"),
        (text(VOTES).replace("num_votes;2", "num_votes;3"), 4, "announces 3, but the file holds 2"),
        (text(VOTES).replace("num_projects;2", "num_projects;1"), 3, "announces 1, but the file holds 2"),
        (text(VOTES).replace("project_id;cost", "project_id;price"), 8, "column 'cost' is missing"),
        (text(VOTES).replace("a;60", "a;-60"), 9, "must be greater than zero"),
        (text(VOTES).replace("a;60", "a;0"), 9, "must be greater than zero"),
        (text(VOTES).replace("a;60", "a"), 9, "'' is not a valid number for 'cost'"),
        (text(VOTES).replace("a;60", "a;6O"), 9, "'6O' is not a valid number"),
        (text(VOTES).replace("a;60", ";60"), 9, "has no id"),
        (text(VOTES).replace("a;60", '"a,c";60'), 9, "holds a comma"),
        (text(VOTES).replace("b;50", "a;50"), 10, "'a' is listed twice"),
        (text(VOTES).replace("b;50", "b;50;c;d"), 10, "more fields than columns"),
        (text("voter_id;vote\n1;a\n2;z\n"), 14, "names project 'z', which is not in the list"),
        (text("voter_id;choice\n1;a\n2;b\n"), 12, "column 'vote' is missing"),
        (text("voter_id;vote\n1;a,b\n2;b\n", "choose-1"), 13, "names one project only"),
        (text(VOTES, "cumulative"), 12, "column 'points' is missing"),
        (text("voter_id;vote;points\n1;a,b;1\n2;b;1\n", "scoring"), 13, "2 projects but gives 1"),
        (text("voter_id;vote;points\n1;a,a;1,1\n2;b;1\n", "cumulative"), 13, "to project 'a' twice"),
        (text("voter_id;vote;points\n1;a;1.5\n2;b;1\n", "cumulative"), 13, "'1.5' is not a valid number"),
        (text(VOTES).replace("a;60", '"a;60'), 9, "opened and never closed"),
        (text(VOTES).replace("2;b", '2;"' + "b" * 200_000), 14, "too long"),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused_with_its_line(broken: str, line: int, reason: str) -> None:
    with pytest.raises(PabulibError) as caught:
        read_election(broken)
    assert reason in caught.value.reason
    assert caught.value.line == line


def test_all_problems_are_told_at_once_in_the_order_of_lines() -> None:
    with pytest.raises(PabulibError) as caught:
        read_election(text("voter_id;vote\n1;z\n2;y\n").replace("a;60", "a;0"))
    assert [problem.line for problem in caught.value.problems] == [9, 13, 14]


def test_the_refusal_is_a_french_sentence_with_its_line() -> None:
    with pytest.raises(Refusal) as caught:
        read_election(text("voter_id;vote\n1;a\n2;z\n"))
    assert caught.value.kind is Kind.INVALID
    assert str(caught.value) == "Ligne 14 : le vote cite le projet « z », absent de la liste."
    assert caught.value.values == {"line": 14, "value": "z"}


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(PabulibError) as caught:
        read_bytes(b"META\nkey;value\ndescription;caf\xe9\n")
    assert (caught.value.line, caught.value.reason) == (3, "the file is not UTF-8 text")


def test_a_ballot_cast_several_times_is_written_as_often() -> None:
    ballots = (Ballot("v", (("a", 1),), multiplicity=3),)
    election = Election({"vote_type": "approval"}, (Project("a", 5),), ballots, 10)
    again = read_election(write_election(election))
    assert (again.voters, scores(again)) == (3, {"a": 3})
    assert len(Profile.of(again).weight) == 1


@pytest.mark.parametrize("id_", ["a,b", " "])
def test_an_id_that_votes_could_not_name_is_not_written(id_: str) -> None:
    with pytest.raises(ValueError, match="comma"):
        write_election(Election({"vote_type": "approval"}, (Project(id_, 5),), (), 10))


def test_the_elections_of_the_repository_are_read(elections_folder: Path) -> None:
    files = sorted(elections_folder.glob("*.pb"))
    assert len(files) >= 5
    for path in files:
        election = read_bytes(path.read_bytes())
        assert read_election(write_election(election)) == election
        assert "fictional" in election.meta["description"]
