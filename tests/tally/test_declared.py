from pathlib import Path

from participatory.tally.declared import compare_with_declared, with_result
from participatory.tally.pabulib import read_election, read_file, write_election
from participatory.tally.rules import greedy
from tests.tally.making import election


def test_a_published_election_declares_its_result(elections_folder: Path) -> None:
    case = read_file(elections_folder / "lac-bleu-points.pb")
    published = read_election(write_election(with_result(case, greedy(case))))
    assert published.declared_winners == frozenset({"phare", "banc"})
    assert published.projects[1].extra == {"votes": "3", "score": "10", "selected": "0"}
    assert not compare_with_declared(published, greedy(published))


def test_approvals_have_no_score_beside_their_votes() -> None:
    case = election({"a": 10}, {"a": 3}, budget=10)
    assert with_result(case, greedy(case)).projects[0].extra == {"votes": "3", "selected": "1"}


def test_rankings_are_published_without_a_score(elections_folder: Path) -> None:
    case = read_file(elections_folder / "trois-ponts-ranking.pb")
    assert {tuple(p.extra) for p in with_result(case, greedy(case)).projects} == {("votes", "selected")}


def test_a_count_that_differs_from_the_declared_result_says_where() -> None:
    case = election({"a": 10, "b": 10}, {"a": 3, "b": 2}, budget=10)
    turned = election({"a": 10, "b": 10}, {"a": 2, "b": 3}, budget=10)
    difference = compare_with_declared(with_result(case, greedy(case)), greedy(turned))
    assert difference is not None
    assert (difference.only_counted, difference.only_declared) == (("b",), ("a",))


def test_nothing_is_compared_where_nothing_is_declared() -> None:
    case = election({"a": 10}, {"a": 3}, budget=10)
    assert compare_with_declared(case, greedy(case)) is None
