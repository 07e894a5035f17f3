"""What other rules would have given: published with the result, for officers before that, and of no effect."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.results.queries import publication_of
from participatory.results.reading import Result
from participatory.rounds.rules import Phase
from participatory.tally.methods import RuleName
from tests.factories import make_person, make_proposal, make_round, move_round, sign_in
from tests.results.conftest import bring_out, count
from tests.results.making import PROJECTS, World, put_ballots


def public(world: World, extension: str = "") -> str:
    return f"/budgets/{world.round.slug}/resultats/comparaison{extension}"


def staff(world: World) -> str:
    return f"/gestion/budgets/{world.round.slug}/depouillement/comparaison"


def split_world(projects: int = 3, phase: Phase = Phase.CONTROL, **rules: object) -> World:
    """A round whose many approve a costly project and whose few approve cheap ones: rules differ on it."""
    round_ = make_round(Phase.VOTING, **({"floors": (), "budget_cents": 30_000_00} | rules))
    costly = make_proposal(round_, cost_cents=30_000_00, title="Le grand")
    cheap = [make_proposal(round_, cost_cents=5_000_00, title=f"Petit {n}", site_slug="albi") for n in range(projects)]
    put_ballots(round_, [[costly]] * (projects + 1) + [[each] for each in cheap for _ in range(projects)])
    move_round(round_, phase)
    return World(round_, {project.title: project for project in (costly, *cheap)}, make_person(roles=(Role.OFFICER,)))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_page_is_public_with_the_result_and_marked_as_not_binding(app: Flask, client: FlaskClient) -> None:
    world = bring_out(count(split_world()))
    page = plain(client.get(public(world)).text)
    assert "Sans effet sur le résultat" in page
    assert "Seul compte ce que donne la règle adoptée avant le vote, « Les plus votés d’abord »" in page
    for name in ("Parts égales", "Le plus de votes par euro d’abord", "Cagnottes égales (règle de Phragmén)"):
        assert name in page
    assert "3 projets entreraient" in page
    assert "1 projet sortirait" in page
    assert "Par sorte de site" in page
    assert public(world) in client.get(f"/budgets/{world.round.slug}/resultats").text
    assert "style=" not in page


def test_it_reads_in_english(app: Flask, client: FlaskClient) -> None:
    world = bring_out(count(split_world()))
    assert client.get(public(world) + "?lang=en").status_code == 200
    assert "€30,000" in client.get(public(world)).text


def test_its_drawings_are_well_formed_and_beside_a_table(app: Flask, client: FlaskClient) -> None:
    page = client.get(public(bring_out(count(split_world())))).text
    drawings = ["<svg" + piece.split("</svg>")[0] + "</svg>" for piece in page.split("<svg")[1:]]
    assert sum("mur__vide" in drawing for drawing in drawings) == 5
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 — our own drawing.
    assert page.count("<table") >= 4


def test_the_reading_says_who_would_enter_and_leave(app: Flask) -> None:
    comparison = Result.of(publication_of(bring_out(count(split_world())).round).document).comparison
    official, *others = comparison.columns
    assert (official.official, list(official.entering), list(official.leaving)) == (True, [], [])
    shares = next(column for column in others if column.method["label"] == "mes/cost/add1u")
    assert [project["title"] for project in shares.leaving] == ["Le grand"]
    assert sorted(project["title"] for project in shares.entering) == ["Petit 0", "Petit 1", "Petit 2"]
    assert comparison.agreed == 0
    assert len(comparison.disputed) == 4


def test_a_project_that_another_rule_funds_in_part_receives_what_was_left(app: Flask) -> None:
    for world in (split_world(partial_funding=True), split_world(partial_funding=True, count_rule=RuleName.MES)):
        with transaction():
            db.session.merge(world.projects["Le grand"]).partial_min_cents = 1_000_00
        comparison = Result.of(publication_of(bring_out(count(world)).round).document).comparison
        for column in comparison.columns:
            assert sum(column.paid.values()) == column.data["cost_cents"]
            assert all(0 < paid <= column.costs[project] for project, paid in column.paid.items())


def test_the_csv_has_a_row_for_each_rule_and_project(published: World, client: FlaskClient) -> None:
    with client.get(public(published, ".csv")) as answer:
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert f"comparaison-{published.round.slug}.csv" in answer.headers["Content-Disposition"]
    document = json.loads(publication_of(published.round).document)
    assert len(rows) == len(document["alternatives"]) * len(PROJECTS)
    official = [row["id"] for row in sorted(rows, key=lambda row: int(row["position"] or 0))
                if row["official"] == "1" and row["funded"] == "1"]  # fmt: skip
    assert official == document["count"]["winners"]


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS])
def test_nobody_reads_it_before_the_publication(counted: World, client: FlaskClient, phase: Phase) -> None:
    move_round(counted.round, phase)
    for extension in ("", ".csv"):
        answer = client.get(public(counted, extension))
        assert answer.status_code == 404
        assert "Les résultats ne sont pas" in answer.text
        assert "Parts égales" not in answer.text


def test_officers_read_it_after_the_count_and_not_before(app: Flask, client: FlaskClient) -> None:
    world = split_world()
    sign_in(client, world.officer)
    before = client.get(staff(world))
    assert before.status_code == 404
    assert "pas encore dépouillé" in before.text
    count(world)
    page = client.get(staff(world)).text
    assert "Sans effet sur le résultat" in page
    assert "Rien de ce que montre cette page ne paraît ailleurs" in page
    assert staff(world) in client.get(f"/gestion/budgets/{world.round.slug}/depouillement").text
    assert client.get(public(world)).status_code == 404


@pytest.mark.parametrize("roles", [(), (Role.ADMINISTRATOR,), (Role.MODERATOR,), (Role.APPRAISER,)], ids=str)
def test_nobody_else_reads_the_page_of_officers(counted: World, client: FlaskClient, roles: tuple[Role, ...]) -> None:
    assert client.get(staff(counted)).status_code == 303
    sign_in(client, make_person(roles=roles))
    assert client.get(staff(counted)).status_code == 403


def test_it_asks_the_same_of_the_database_whatever_its_length(app: Flask, client: FlaskClient, count_queries) -> None:
    asked = []
    for projects in (2, 20):
        world = bring_out(count(split_world(projects)))
        with app.test_client() as visitor, count_queries() as seen:
            assert visitor.get(public(world)).status_code == 200
        sign_in(client, world.officer)
        with count_queries() as kept:
            assert client.get(staff(world)).status_code == 200
        asked.append((len(seen.statements), len(kept.statements)))
    assert asked[0] == asked[1]


def test_a_title_is_text_there_too(app: Flask, client: FlaskClient) -> None:
    world = split_world()
    make = make_round(Phase.VOTING, floors=(), budget_cents=2_000_00, count_rule=RuleName.MES)
    evil = [make_proposal(make, title=f"<script>alert({n})</script>", cost_cents=1_500_00) for n in range(2)]
    put_ballots(make, [[evil[0]], [evil[0], evil[1]], [evil[1]]])
    move_round(make, Phase.CONTROL)
    world = bring_out(count(World(make, {}, world.officer)))
    for address in (public(world), f"/budgets/{make.slug}/resultats"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_page_that_has_not_changed_is_not_sent_again(published: World, client: FlaskClient) -> None:
    tag = client.get(public(published)).headers["ETag"]
    assert client.get(public(published), headers={"If-None-Match": tag}).status_code == 304
