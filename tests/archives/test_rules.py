from datetime import UTC, datetime
from itertools import pairwise

import pytest

from participatory.archives.rulebooks import rulebook_of
from participatory.archives.rules import currency_of, dates_of, in_cents, shortened, title_of
from participatory.core.errors import Refusal
from participatory.rounds.rulebook import BallotKind, TieBreak
from participatory.rounds.rules import DATED, Phase
from participatory.tally.carried import as_comment
from participatory.tally.methods import Completion, RuleName, Satisfaction, Stop
from participatory.tally.pabulib import read_election
from tests.archives.making import pabulib

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_vote_is_between_the_dates_of_the_file_in_paris() -> None:
    dates = dates_of({"date_begin": "11.09.2019", "date_end": "15.10.2019"}, NOW)
    assert dates[Phase.VOTING] == datetime(2019, 9, 10, 22, tzinfo=UTC)
    assert dates[Phase.CONTROL] == datetime(2019, 10, 15, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "meta",
    [
        {"date_begin": "11.09.2019", "date_end": "15.10.2019"},
        {"date_begin": "2019", "date_end": "2019"},
        {"instance": "2022"},
        {},
        {"date_begin": "nonsense"},
        {"date_begin": "2019-09-01"},
        {"date_begin": "01.10.2026", "date_end": "23.11.2026"},
    ],
)
def test_all_phases_are_past_and_in_order(meta: dict[str, str]) -> None:
    dates = dates_of(meta, NOW)
    assert tuple(dates) == DATED
    assert all(earlier < later for earlier, later in pairwise(dates.values()))
    assert dates[Phase.DELIVERY] < NOW


def test_an_election_that_is_not_over_is_refused() -> None:
    with pytest.raises(Refusal, match="pas terminé"):
        dates_of({"date_begin": "01.01.2027", "date_end": "15.01.2027"}, NOW)


def test_the_rules_are_those_that_the_file_lets_know() -> None:
    book = rulebook_of(in_cents(read_election(pabulib(min_project_score_threshold="3"))))
    assert (book.budget_cents, book.ballot_kind, book.min_votes) == (100_00, BallotKind.APPROVAL, 3)
    assert (book.ballot_min, book.ballot_max) == (1, 2)


@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        ("greedy", RuleName.GREEDY),
        ("greedy-no-skip", RuleName.GREEDY),
        ("unknown", RuleName.GREEDY),
        ("equalshares", RuleName.MES),
        ("equalshares/add1", RuleName.MES),
        ("equalshares/add1-comparison", RuleName.MES),
    ],
)
def test_equal_shares_are_counted_as_such_and_all_else_by_greedy(rule: str, counted: RuleName) -> None:
    book = rulebook_of(in_cents(read_election(pabulib(rule=rule))))
    assert book.count_rule is counted
    if counted is RuleName.MES:
        # Towns raise by one unit of their currency, a hundred cents.
        assert (book.completion, book.step_cents) == (Completion.ADD1, 100)


def test_a_file_of_this_platform_is_counted_by_the_method_that_it_carries() -> None:
    own = {"tie_break": "lexico", "count_rule": "mes", "count_sat": "cardinality", "count_completion": "add1u"}
    own |= {"count_stop": "exhaustive", "count_step": "2%"}
    book = rulebook_of(in_cents(read_election(pabulib(comment=as_comment(own)))))
    assert (book.count_rule, book.satisfaction, book.completion, book.stop, book.step_permille) == (
        RuleName.MES, Satisfaction.CARDINALITY, Completion.ADD1U, Stop.EXHAUSTIVE, 20,
    )  # fmt: skip


@pytest.mark.parametrize(
    "terms",
    [{"floors": "vue:10", "floor.vue": "a"}, {"caps": "site:albi:10", "cap.site:albi": "a"}, {"requires.a": "b"}],
)
def test_a_file_with_terms_about_its_sites_is_refused(terms: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="participatory tally"):
        in_cents(read_election(pabulib(comment=as_comment({"tie_break": "lexico"} | terms))))


def test_titles_name_the_place_the_year_and_the_part() -> None:
    assert title_of({"unit": "Toulouse", "instance": "2022", "subunit": "6 - Saint-Cyprien"}) == (
        "Toulouse 2022, 6 - Saint-Cyprien"
    )
    assert title_of({}) == "Pabulib"


def test_a_currency_that_the_file_does_not_name_is_none() -> None:
    assert currency_of({"currency": "pln"}) == "PLN"
    assert currency_of({}) == currency_of({"currency": "złoty"}) == "XXX"


def test_amounts_beyond_measure_and_fractions_of_cents_are_refused() -> None:
    for cost in ("1e+17", "10.001"):
        with pytest.raises(Refusal):
            in_cents(read_election(pabulib().replace("a;60", f"a;{cost}")))


def test_long_ids_are_refused() -> None:
    with pytest.raises(Refusal, match="60"):
        in_cents(read_election(pabulib().replace("b;40", "b" * 61 + ";40").replace("b,a", "a")))


def test_long_texts_are_cut_at_a_word() -> None:
    assert shortened("un deux trois", 9) == "un deux…"
    assert shortened("x" * 20, 5) == "xxxx…"


def test_a_file_of_this_platform_keeps_its_way_of_breaking_ties() -> None:
    own = {"tie_break": "rulebook", "tie_seed": "c0ffee", "tie_round": "r1", "count_rule": "greedy"}
    book = rulebook_of(in_cents(read_election(pabulib(comment=as_comment(own)))))
    assert (book.tie_break, book.tie_seed) == (TieBreak.RULEBOOK, "c0ffee")


def test_a_step_that_a_rulebook_cannot_say_is_refused() -> None:
    own = {"tie_break": "lexico", "count_rule": "mes", "count_completion": "add1", "count_step": "0.01%"}
    with pytest.raises(Refusal, match="participatory tally"):
        rulebook_of(in_cents(read_election(pabulib(comment=as_comment(own)))))
