"""From the rulebook to the method and the terms of the count, and to a document of each rule."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from participatory.core.database import db, transaction
from participatory.proposals.models import Proposal
from participatory.results.candidates import candidates_of
from participatory.results.election import method_of, terms_of
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Cap, CapScope, Theme
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.methods import Completion as TallyCompletion
from participatory.tally.methods import Satisfaction as TallySatisfaction
from participatory.tally.methods import Stop as TallyStop
from tests.factories import make_association, make_person, make_proposal, make_round
from tests.results.making import counted_now, put_ballots, voted_round
from tests.results.test_election import recount_offline

RULES = {
    "greedy": {"count_rule": RuleName.GREEDY},
    "greedy-per-cost": {"count_rule": RuleName.GREEDY_PER_COST},
    "mes": {"count_rule": RuleName.MES},
    "mes-add1u": {"count_rule": RuleName.MES, "completion": Completion.ADD1U},
    "mes-add1": {"count_rule": RuleName.MES, "completion": Completion.ADD1, "stop": Stop.EXHAUSTIVE},
    "mes-greedy": {
        "count_rule": RuleName.MES,
        "completion": Completion.GREEDY,
        "satisfaction": Satisfaction.CARDINALITY,
    },
    "phragmen": {"count_rule": RuleName.PHRAGMEN},
}


def test_the_method_is_that_of_the_rulebook(app) -> None:
    assert method_of(make_round(count_rule=RuleName.PHRAGMEN)) == Method(RuleName.PHRAGMEN)
    shares = {"satisfaction": Satisfaction.CARDINALITY, "completion": Completion.ADD1U, "stop": Stop.EXHAUSTIVE}
    assert method_of(make_round(count_rule=RuleName.MES, step_permille=5, **shares)) == Method(
        RuleName.MES,
        TallySatisfaction.CARDINALITY,
        TallyCompletion.ADD1U,
        TallyStop.EXHAUSTIVE,
        step=Fraction(5, 1000),
        step_is_share=True,
    )


def caps_of(round_: Round) -> dict[str, tuple[int, set[str]]]:
    listed = candidates_of(round_, "main")
    titles = {each.public_id: each.title for each in listed}
    return {cap.key: (cap.amount, {titles[id_] for id_ in cap.project_ids}) for cap in terms_of(round_, listed).caps}


def test_a_cap_holds_for_each_place_and_theme_that_could_exceed_it(app) -> None:
    caps = (Cap(CapScope.SITE, 30_000_00), Cap(CapScope.DEPARTMENT, 40_000_00), Cap(CapScope.THEME, 45_000_00))
    round_ = make_round(caps=caps)
    for title, place, theme in (
        ("A", "toulouse", Theme.CULTURE),
        ("B", "toulouse", Theme.SPORT),
        ("C", "albi", Theme.CULTURE),
        ("D", None, Theme.CULTURE),
    ):
        make_proposal(round_, cost_cents=20_000_00, title=title, site_slug=place, theme=theme)
    assert caps_of(round_) == {
        "site:toulouse": (30_000_00, {"A", "B"}),
        "theme:culture": (45_000_00, {"A", "C", "D"}),
    }


def test_a_cap_by_carrier_knows_associations_and_people_and_names_nobody(app) -> None:
    round_ = make_round(caps=(Cap(CapScope.CARRIER, 30_000_00),))
    association, person = make_association("Les Briques"), make_person(name="Camille Prénom")
    pair = [make_proposal(round_, cost_cents=20_000_00, association=association) for _ in range(2)]
    own = [make_proposal(round_, cost_cents=20_000_00, author=person) for _ in range(2)]
    make_proposal(round_, cost_cents=25_000_00, author=make_person())
    # People have numbers in the order of their projects' ids, which are drawn.
    one = next(key for key in caps_of(round_) if key in ("carrier:person-1", "carrier:person-2"))
    assert set(caps_of(round_)) == {f"carrier:{association.slug}", one}
    put_ballots(round_, [pair, own])
    counted = counted_now(round_)
    names = {cap["key"]: cap["name"] for cap in json.loads(counted.document)["caps"]}
    assert names == {f"carrier:{association.slug}": "Les Briques", one: ""}
    assert "Camille" not in counted.document + counted.election


def in_part(round_: Round, proposal: Proposal, least: int) -> None:
    with transaction():
        db.session.merge(proposal).partial_min_cents = least


def test_a_partial_minimum_counts_where_the_rulebook_allows_it_and_it_is_below_the_cost(app) -> None:
    for allowed in (True, False):
        round_ = make_round(partial_funding=allowed)
        agreed, equal, above = (make_proposal(round_, cost_cents=10_000_00) for _ in range(3))
        for proposal, least in ((agreed, 4_000_00), (equal, 10_000_00), (above, 12_000_00)):
            in_part(round_, proposal, least)
        assert terms_of(round_, candidates_of(round_, "main")).partial == (
            {agreed.public_id: 4_000_00} if allowed else None
        )


@pytest.mark.parametrize("rule", RULES)
def test_the_document_of_each_rule_tells_it_and_its_file_recounts_alone(app, rule: str, tmp_path: Path) -> None:
    caps = (Cap(CapScope.SITE, 80_000_00),)
    round_ = voted_round(**RULES[rule], caps=caps, partial_funding=True).round
    concert = next(each.proposal for each in candidates_of(round_, "main") if each.title == "Concert")
    in_part(round_, concert, 1_000_00)
    counted = counted_now(round_)
    data = json.loads(counted.document)
    assert data["count"]["method"]["rule"] == data["count"]["rule"] == RULES[rule]["count_rule"].value
    assert sum(stage["spent_cents"] for stage in data["stages"]) == data["cost_cents"]
    assert [stage["key"] for stage in data["stages"]] == ["vue", "main"]
    assert data["cost_cents"] == sum(project["paid_cents"] for project in data["projects"])
    assert data["exhaustive"] is counted.outcome.exhaustive
    assert data["alternatives"][0]["winners"] == data["count"]["winners"]
    assert data["alternatives"][0]["method"] == data["count"]["method"]
    assert len({each["method"]["label"] for each in data["alternatives"]}) == len(data["alternatives"]) == 5
    for alternative in data["alternatives"]:
        for what in ("by_category", "by_site_kind"):
            assert sum(alternative[what].values()) == alternative["cost_cents"]
    again = recount_offline(counted.election, tmp_path, rule=None)
    assert again["winners"] == data["count"]["winners"]


@pytest.mark.parametrize("rule", ["mes", "mes-add1u", "phragmen"])
def test_the_money_of_a_losers_supporters_adds_up_in_whole_cents(app, rule: str) -> None:
    data = json.loads(counted_now(voted_round(**RULES[rule], min_votes=0).round).document)
    purses = [(project, project["purse"]) for project in data["projects"] if project["purse"]]
    assert purses
    for project, purse in purses:
        assert purse["left_cents"] + purse["missing_cents"] == max(project["cost_cents"], purse["left_cents"])
        assert all(one["cents"] >= other["cents"] for one, other in pairwise(purse["taken"]))
        assert purse["affordable"] or purse["until"] is None


def test_what_is_missing_is_true_when_the_project_costs_that_much_less(app) -> None:
    """Under equal shares a project that costs what its supporters had left at the end would have been funded."""
    data = json.loads(counted_now(voted_round(count_rule=RuleName.MES, floors=(), min_votes=0).round).document)
    losers = [p for p in data["projects"] if p["purse"] and p["purse"]["left_cents"] > 0]
    assert losers
    for loser in losers:
        costs = {loser["title"]: loser["purse"]["left_cents"]}
        again = voted_round(costs=costs, count_rule=RuleName.MES, floors=(), min_votes=0)
        assert again.projects[loser["title"]].public_id in counted_now(again.round).outcome.winners


def test_spending_by_site_is_told_for_each_ballot(app) -> None:
    round_ = make_round(floors=(), budget_cents=100_00)
    project = make_proposal(round_, cost_cents=10_00, site_slug="albi")
    make_proposal(round_, cost_cents=200_00, site_slug="toulouse")
    put_ballots(round_, [[project]] * 3)
    assert json.loads(counted_now(round_).document)["sites"] == [
        {"site": "Albi", "projects": 1, "funded": 1, "paid_cents": 10_00, "per_ballot_cents": 3_33},
        {"site": "Toulouse", "projects": 1, "funded": 0, "paid_cents": 0, "per_ballot_cents": 0},
    ]


def test_publication_counts_every_rule_again(app) -> None:
    for rules in RULES.values():
        round_ = voted_round(**rules).round
        assert counted_now(round_).document == counted_now(round_).document
