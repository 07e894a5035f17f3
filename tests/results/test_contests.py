"""Several envelopes in one sitting: each has its result, its pages, its files and its electorate."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.proposals.models import Proposal
from participatory.results.deeds import count_deed
from participatory.results.queries import publication_of, publications_of
from participatory.results.reading import Result
from participatory.rounds.rulebook import BallotKind
from participatory.tally.pabulib import read_election
from tests.bundles.making import finished
from tests.results.making import World, bring_out, count, voted_round


@pytest.fixture
def world(app: Flask) -> World:
    """A published round with a regional envelope and one for Albi."""
    return finished(BallotKind.APPROVAL)


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text.replace("\u202f", " ").replace("\u00a0", " ")


def result_of(world: World, contest: str) -> Result:
    return Result.of(publication_of(world.round, contest).document)


def test_each_envelope_has_its_projects_its_amount_and_its_file(world: World) -> None:
    assert sorted(publications_of(world.round)) == ["albi", "main"]
    main, area = (result_of(world, contest) for contest in ("main", "albi"))
    assert {project["title"] for project in area.data["projects"]} == {"Jardin d’Albi", "Banc d’Albi"}
    assert not {project["title"] for project in main.data["projects"]} & {"Jardin d’Albi", "Banc d’Albi"}
    assert (main.data["budget_cents"], area.data["budget_cents"]) == (80_000_00, 20_000_00)
    assert (main.data["contest"]["key"], area.data["contest"]["name"]) == ("main", "Enveloppe d’Albi")
    meta = read_election(publication_of(world.round, "albi").election).meta
    assert meta["subunit"] == "Enveloppe d’Albi"
    assert meta["description"].startswith(world.round.title)


def test_a_round_with_one_envelope_does_not_speak_of_contests(app: Flask, client: FlaskClient) -> None:
    world = bring_out(count(voted_round()))
    assert "contest" not in json.loads(publication_of(world.round).document)
    assert "Enveloppes de ce budget" not in text(client, f"/budgets/{world.round.slug}/resultats")
    assert client.get(f"/budgets/{world.round.slug}/resultats/enveloppe/albi").status_code == 404


def test_the_electorate_of_an_area_is_that_of_its_sites(world: World) -> None:
    main, area = (result_of(world, contest).data["electorate"] for contest in ("main", "albi"))
    # One person voted on paper, in Toulouse; the signature of each site is hidden, for that one would be told.
    assert (main["roll"], area["roll"]) == (11, 10)
    assert {cell["site"] for cell in main["by_site"]} == {"Albi", "Toulouse"}
    assert {cell["site"] for cell in area["by_site"]} == {"Albi"}
    assert all(cell["signatures"] is None for cell in main["by_site"])
    assert area["signatures"] is None


def test_each_page_leads_to_the_others_and_has_its_files(world: World, client: FlaskClient) -> None:
    home = f"/budgets/{world.round.slug}/resultats"
    for address, shown, hidden in ((home, "Épicerie", "Jardin"), (f"{home}/enveloppe/albi", "Jardin", "Épicerie")):
        page = text(client, address)
        assert f"{shown}" in page
        assert f">{hidden}" not in page
        for other in (home, f"{home}/enveloppe/albi"):
            assert f'href="{other}"' in page
    page = text(client, f"{home}/enveloppe/albi")
    for extension in ("csv", "json", "pb", "sqlite"):
        assert f"{home}-albi.{extension}" in page
        with client.get(f"{home}-albi.{extension}") as answer:
            assert answer.status_code == 200
            assert f"resultats-{world.round.slug}-albi.{extension}" in answer.headers["Content-Disposition"]
    assert "19 000 €" in text(client, f"{home}/enveloppe/albi/comparaison")
    assert client.get(f"{home}/enveloppe/albi/comparaison.csv").status_code == 200


def test_void_ballots_and_blanked_codes_are_told(world: World, client: FlaskClient) -> None:
    page = text(client, f"/budgets/{world.round.slug}/resultats")
    assert "1 bulletin scellé était nul" in page
    assert "1 bulletin a été mis à l’écart avant le dépouillement" in page
    assert "L’établissement a retiré la preuve d’inscription (1)" in page
    assert "3 codes de suivi ont été effacés" in page
    assert "choix portaient sur des projets retirés du vote depuis" in page
    assert f"participatory verify dossier-{world.round.slug}.zip" in page


def test_the_page_of_a_project_tells_the_result_of_its_envelope(world: World, client: FlaskClient) -> None:
    garden: Proposal = world.projects["Jardin d’Albi"]
    page = text(client, f"/projets/{garden.slug}")
    assert "Le résultat du vote" in page
    assert f"/resultats/enveloppe/albi#projet-{garden.public_id}" in page


@pytest.mark.parametrize("kind", [BallotKind.POINTS, BallotKind.RANKING])
def test_points_are_not_called_votes(app: Flask, client: FlaskClient, kind: BallotKind) -> None:
    world = finished(kind)
    for address in ("", "/enveloppe/albi", "/comparaison"):
        page = text(client, f"/budgets/{world.round.slug}/resultats{address}")
        assert "votes d’abord" not in page
        assert "Les plus votés" not in page
        if address != "/comparaison":
            assert " points</b>" in page
            assert " votes</b>" not in page
    if kind is BallotKind.RANKING:
        assert "du premier au dernier : 5, 3, 1" in text(client, f"/budgets/{world.round.slug}/resultats")


def test_two_officers_read_that_an_area_is_small_before_its_ballots_are_opened(world: World) -> None:
    described = count_deed().describe({"round": world.round.public_id})
    assert [warning.values["area"] for warning in described.warnings] == ["Enveloppe d’Albi"]
