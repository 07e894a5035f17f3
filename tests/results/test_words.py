"""Every state and every reason is a sentence with the figures of the document, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from flask import Flask
from flask_babel import force_locale

from participatory.core.database import db, transaction
from participatory.proposals.rules import State
from participatory.results.editions import Data
from participatory.results.reading import Result
from participatory.results.words import how, received, why
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Cap, CapScope
from participatory.tally.methods import Completion, RuleName
from tests.factories import make_association, make_proposal, make_round
from tests.results.making import compute, put_ballots

LANGUAGES = ("fr", "en")
Projects = dict[str, tuple[int, str | None, int]]


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def counted(projects: Projects, ballots: list[str], **rules: object) -> Result:
    """A round of projects (cost in euros, site, least of partial funding) counted; ballots are their initials."""
    round_ = make_round(**({"floors": (), "min_votes": 0, "ballot_max": 9} | rules))
    made = {title: make_proposal(round_, cost_cents=cost * 100, site_slug=site, title=title)
            for title, (cost, site, _) in projects.items()}  # fmt: skip
    with transaction():
        for title, (_, _, least) in projects.items():
            db.session.merge(made[title]).partial_min_cents = least * 100 or None
    # A ballot that chose nothing that is counted chose a project that left since: none is cast blank.
    gone = make_proposal(round_, title="Retiré")
    put_ballots(round_, [[made[title] for title in made if title[0] in ballot] or [gone] for ballot in ballots])
    with transaction():
        db.session.merge(gone).state_code = State.UNFEASIBLE.value
    return Result.of(compute(_fresh(round_)))


def _fresh(round_: Round) -> Round:
    db.session.expire_all()
    return db.session.get(Round, round_.id)


def found(result: Result, title: str) -> Data:
    return next(project for project in result.data["projects"] if project["title"] == title)


def said(app: Flask, sentence: Callable[..., object], result: Result, title: str, language: str = "fr") -> str:
    with app.test_request_context(), force_locale(language):
        return plain(str(sentence(result, found(result, title))))


def test_equal_shares_say_what_was_left_what_was_missing_and_who_took_it(app: Flask) -> None:
    # 9,000 € for nine ballots, 1,000 € each. Five pay A 600 € each; three of them and two others chose B.
    projects = {"Atelier": (3000, "toulouse", 0), "Bancs": (4000, "toulouse", 0), "Cour": (4000, "albi", 0)}
    ballots = ["A", "A", "AB", "AB", "AB", "B", "C", "C", ""]
    result = counted(projects, ballots, budget_cents=9000_00, count_rule=RuleName.MES)
    assert said(app, how, result, "Atelier") == "Chaque personne qui l’a choisi a payé au plus 600 €."
    assert said(app, why, result, "Bancs") == (
        "À la fin, les personnes qui l’ont choisi n’avaient plus que 2 200 € ensemble, pour un coût de 4 000 € : "
        "il manquait 1 800 €. Le reste était allé surtout à « Atelier » (1 800 €)."
    )
    assert found(result, "Bancs")["purse"]["until"] == found(result, "Atelier")["id"]
    assert said(app, why, result, "Cour") == (
        "Les 2 personnes qui l’ont choisi disposaient en tout de 2 000 €, pour un coût de 4 000 € : même sans "
        "financer rien d’autre, "
        "il manquait 2 000 €."
    )
    english = said(app, why, result, "Bancs", "en")
    for figure in ("€2,200", "€4,000", "€1,800", "Atelier"):
        assert figure in english


def test_a_few_cents_that_were_missing_are_said_to_the_cent(app: Flask) -> None:
    # 1,000 € for three ballots: 333.33… € each, and the two of A miss a third of a cent more than 3.33 €.
    result = counted({"Atelier": (670, None, 0)}, ["A", "A", ""], budget_cents=1000_00, count_rule=RuleName.MES)
    assert (
        "disposaient en tout de 666,66 €, pour un coût de 670 € : même sans financer rien d’autre, il manquait 3,34 €"
        in said(app, why, result, "Atelier")
    )


def test_the_completion_says_who_profited_from_the_rest(app: Flask) -> None:
    projects = {"Atelier": (3000, None, 0), "Bancs": (4000, None, 0)}
    ballots = ["A", "A", "A", "B", "B"]
    rules = {"budget_cents": 7000_00, "count_rule": RuleName.MES, "completion": Completion.GREEDY}
    result = counted(projects, ballots, **rules)
    assert said(app, how, result, "Atelier") == "Chaque personne qui l’a choisi a payé au plus 1 000 €."
    assert said(app, how, result, "Bancs").startswith("Financé avec ce que les parts laissaient")


def test_phragmen_says_what_was_gathered_when_the_count_stopped(app: Flask) -> None:
    projects = {"Atelier": (3000, None, 0), "Bancs": (4000, None, 0), "Cour": (900, None, 0), "Dojo": (9000, None, 0)}
    ballots = ["A", "A", "A", "B", "B", "C", "D"]
    result = counted(projects, ballots, budget_cents=5000_00, count_rule=RuleName.PHRAGMEN)
    assert said(app, how, result, "Cour") == "Financé quand chaque bulletin avait reçu 900 €."
    assert said(app, why, result, "Bancs") == (
        "Les personnes qui l’ont choisi avaient réuni son coût de 4 000 €, mais il ne restait que 1 100 € dans "
        "l’enveloppe."
    )
    assert said(app, why, result, "Dojo") == "Plus cher que l’enveloppe : il coûte 9 000 €, et il y avait 5 000 €."
    smaller = counted(projects | {"Éveil": (4500, None, 0)}, [*ballots, "É"], budget_cents=5000_00,
                      count_rule=RuleName.PHRAGMEN)  # fmt: skip
    assert said(app, why, smaller, "Éveil") == (
        "Quand le dépouillement s’est arrêté, la personne qui l’a choisi avait 2 000 €, pour un coût de 4 500 € : "
        "il manquait 2 500 €."
    )


@pytest.mark.parametrize("rule", [RuleName.MES, RuleName.PHRAGMEN])
def test_nobody_chose_it(app: Flask, rule: RuleName) -> None:
    result = counted({"Atelier": (3000, None, 0), "Bancs": (4000, None, 0)}, ["A"], budget_cents=3500_00,
                     count_rule=rule)  # fmt: skip
    assert said(app, why, result, "Bancs") == "Personne ne l’a choisi."


def test_a_threshold_is_told_without_votes_where_no_list_gives_them(app: Flask) -> None:
    for rule, end in (
        (RuleName.MES, "il en a reçu 1."),
        (RuleName.GREEDY, "il aurait été financé avec 1 vote de plus."),
    ):
        result = counted({"Atelier": (300, None, 0)}, ["A"], min_votes=2, count_rule=rule)
        assert said(app, why, result, "Atelier") == f"Sous le seuil de 2 votes : {end}"


@pytest.mark.parametrize("rule", [RuleName.GREEDY, RuleName.MES])
def test_a_cap_is_named_with_what_the_others_take_of_it(app: Flask, rule: RuleName) -> None:
    projects = {"Atelier": (3000, "albi", 0), "Bancs": (2000, "albi", 0)}
    result = counted(projects, ["A", "A", "AB"], budget_cents=9000_00, count_rule=rule,
                     caps=(Cap(CapScope.SITE, 4000_00),))  # fmt: skip
    words = said(app, why, result, "Bancs")
    assert words.startswith(
        "Plafond de 4 000 € pour « Albi » : les projets financés en prennent 3 000 €, et celui-ci coûte 2 000 €."
    )
    assert ("Il aurait été financé avec 2 votes de plus, ou pour un coût de 1 000 € au plus." in words) == (
        rule is RuleName.GREEDY
    )
    assert "€4,000" in said(app, why, result, "Bancs", "en")


def test_the_cap_of_a_carrier_names_the_association_and_no_person(app: Flask) -> None:
    result = counted({"Atelier": (3000, "albi", 0), "Bancs": (2000, "albi", 0)}, ["A", "A", "AB"],
                     budget_cents=9000_00, caps=(Cap(CapScope.SITE, 4000_00),))  # fmt: skip
    for name, words in ((make_association("Les Briques").name, "« Les Briques »"), ("", "un même porteur")):
        data = deepcopy(result.data)
        data["caps"][0]["name"] = name
        assert words in said(app, why, Result(data), "Bancs")


def test_a_reserved_part_that_kept_a_project_out_is_named(app: Flask) -> None:
    floors = make_round().rulebook.floors
    # 40,000 € of 50,000 € are for Albi's project first, though three of four people chose the one of Toulouse.
    for rule, costs, then in (
        (RuleName.GREEDY, (30_000, 30_000), "Tel quel, il lui fallait un coût de 20 000 € au plus."),
        (
            RuleName.MES,
            (33_000, 10_000),
            "Les 3 personnes qui l’ont choisi disposaient en tout de 30 000 €, pour un coût de 33 000 € : même sans "
            "financer rien d’autre, "
            "il manquait 3 000 €.",
        ),
    ):
        projects = {"Atelier": (costs[0], "toulouse", 0), "Bancs": (costs[1], "albi", 0)}
        result = counted(projects, ["A", "A", "A", "B"], budget_cents=50_000_00, floors=floors, count_rule=rule)
        assert said(app, why, result, "Atelier") == (
            "Sans la part réservée « Villes universitaires d’équilibre », il aurait été financé. " + then
        )


def test_partial_funding_tells_the_amount_and_what_had_been_agreed(app: Flask) -> None:
    projects = {"Atelier": (3000, None, 0), "Bancs": (2000, None, 500)}
    result = counted(projects, ["A", "A", "B"], budget_cents=4000_00, partial_funding=True)
    assert found(result, "Bancs")["state"] == "partly_funded"
    assert result.data["cost_cents"] == 4000_00
    for sentence in (how, why):
        words = said(app, sentence, result, "Bancs")
        assert words.startswith("Financé en partie : il reçoit 1 000 € sur 2 000 €")
        assert words.endswith("à partir de 500 €.")
    assert [brick["cost_cents"] for brick in result.bricks] == [3000_00, 1000_00]


@pytest.mark.parametrize("language", LANGUAGES)
def test_incompatible_and_missing_companions_are_named(app: Flask, language: str) -> None:
    result = counted({"Atelier": (3000, None, 0), "Bancs": (2000, None, 0)}, ["A", "A", "B"], budget_cents=4000_00)
    for reason in ("incompatible", "requires"):
        data = json.loads(json.dumps(result.data))
        loser = next(p for p in data["projects"] if p["title"] == "Bancs")
        loser |= {"reason": reason, "by": found(result, "Atelier")["id"]}
        words = said(app, why, Result(data), "Bancs", language)
        assert "Atelier" in words
        if language == "fr":
            verb = {"incompatible": "avec « Atelier », qui est financé.", "requires": "sans « Atelier », qui n’est pas"}
            assert f"Il ne peut pas se faire {verb[reason]}" in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_votes_and_points_are_counted_in_words(app: Flask, language: str) -> None:
    result = counted({"Atelier": (3000, None, 0), "Bancs": (2000, None, 0)}, ["A"], budget_cents=4000_00)
    assert said(app, received, result, "Atelier", language) == "1 vote"
    assert said(app, received, result, "Bancs", language) == ("0 vote" if language == "fr" else "0 votes")
    data = deepcopy(result.data)
    data["count"]["vote_type"] = "cumulative"
    assert said(app, received, Result(data), "Atelier", language) == "1 point"


def test_a_long_title_is_cut_inside_a_sentence(app: Flask) -> None:
    title = "Atelier " + "très " * 20 + "long"
    projects = {title: (3000, None, 0), "Bancs": (4000, None, 0)}
    result = counted(projects, ["A", "A", "AB", "AB", "AB", "B", "", "", ""], budget_cents=9000_00,
                     count_rule=RuleName.MES)  # fmt: skip
    assert "très…" in said(app, why, result, "Bancs")
