"""How many supports a project needs, by the students of its site where the rulebook weighs them."""

from __future__ import annotations

import pytest

from participatory.core.clock import now
from participatory.proposals.rules import State
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules import Phase
from participatory.supports.queries import below, thresholds
from participatory.supports.rules import threshold
from participatory.territories.queries import students_by_site
from tests.factories import RULEBOOK, make_proposal, make_round
from tests.supports.making import student, support


@pytest.mark.parametrize(
    ("least", "permille", "students", "needed"),
    [(0, 0, 90_000, 0), (20, 0, 90_000, 20), (5, 2, 90_000, 180), (5, 2, 1_000, 5), (5, 2, 2_501, 6), (0, 2, 0, 0)],
)
def test_the_greater_of_the_number_and_the_part_of_the_site_holds(least, permille, students, needed):
    assert threshold(least, permille, students) == needed


def test_defaults_are_left_out_so_that_earlier_digests_stand():
    assert "supports_permille" not in RULEBOOK.to_json()
    assert "supports_required" not in RULEBOOK.to_json()
    other = RULEBOOK.changed(supports_needed=5, supports_permille=2, supports_required=True)
    assert Rulebook.from_json(other.to_json()) == other


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"supports_permille": -1}, "supports_permille"),
        ({"supports_permille": 101}, "supports_permille"),
        ({"supports_required": True}, "supports_required"),
    ],
)
def test_a_threshold_that_means_nothing_is_faulty(rules, field):
    assert rulebook_fault(RULEBOOK.changed(**rules)).field == field


def test_a_large_site_asks_more_than_a_small_one_and_the_region_asks_the_number(app):
    round_ = make_round(Phase.REVIEW, supports_needed=5, supports_permille=2)
    large, small = make_proposal(round_, State.ADMITTED), make_proposal(round_, State.ADMITTED, site_slug="cahors")
    whole = make_proposal(round_, State.ADMITTED, site_slug=None)
    needed, students = thresholds([large, small, whole]), students_by_site()
    assert needed[large.id] == -(-2 * students[large.site_id] // 1000) > 5
    assert needed[small.id] >= 5
    assert needed[large.id] > needed[small.id]
    assert needed[whole.id] == 5


def test_the_card_and_the_page_show_the_progress_and_the_vote_ends_it_on_cards(client):
    round_ = make_round(Phase.REVIEW, supports_needed=3)
    project = make_proposal(round_, State.ADMITTED)
    support(project, student(round_))
    for page in (f"/budgets/{round_.slug}/projets", f"/projets/{project.slug}"):
        html = client.get(page).text.replace("\u00a0", " ")
        assert "1 soutien sur 3 souhaités" in html
        assert "<progress" in html
    voting = make_round(Phase.VOTING, supports_needed=3)
    make_proposal(voting)
    assert "<progress" not in client.get(f"/budgets/{voting.slug}/projets").text


def test_those_under_a_required_threshold_are_known_and_where_it_is_a_wish_nobody_is(app):
    round_ = make_round(Phase.REVIEW, supports_needed=1, supports_required=True)
    reached, under = make_proposal(round_, State.ADMITTED), make_proposal(round_, State.ADMITTED)
    wish = make_proposal(make_round(Phase.REVIEW, supports_needed=1), State.ADMITTED)
    support(reached, student(round_))
    assert below([reached, under, wish], now()) == {under.id: (0, 1)}


def test_the_rulebook_says_it_in_words(client):
    round_ = make_round(supports_needed=5, supports_permille=2, supports_required=True)
    html = client.get(f"/budgets/{round_.slug}/reglement").text.replace("\u00a0", " ")
    assert "devrait recueillir 5 soutiens" in html
    assert "2 soutiens pour mille étudiants" in html
    assert "est signalé à l’instruction" in html
