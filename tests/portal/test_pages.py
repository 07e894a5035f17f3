"""The general pages: what a visitor learns at once, and what is never shown."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.proposals.rules import State
from participatory.results.models import Publication
from participatory.rounds.models import Round
from participatory.rounds.rules import DATED, Phase
from tests.factories import make_person, make_proposal, make_round, sign_in

PAGES = ("/", "/aide", "/accessibilite", "/mentions-legales", "/confidentialite", "/donnees", "/budgets")


def publish(round_: Round) -> None:
    with transaction():
        db.session.add(
            Publication(
                round_id=round_.id,
                edition=1,
                document="{}",
                election="",
                digest="0" * 64,
                published_by="system",
                published_at=now(),
            )
        )


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_on_an_empty_platform(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_with_a_round_in_each_phase(client, path):
    for phase in Phase:
        make_proposal(make_round(phase))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_main_heading_and_a_title(client, path):
    text = client.get(path).text
    assert text.count("<h1") == 1
    assert re.search(r"<title>[^<]+</title>", text)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_what_the_content_policy_refuses(client, path):
    make_round()
    text = client.get(path).text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_home_says_what_can_be_done_and_until_when(client):
    round_ = make_round(Phase.VOTING, "Budget des campus")
    text = client.get("/").text
    assert "Budget des campus" in text
    assert f'href="/budgets/{round_.slug}/vote"' in text
    assert "Vote ouvert" in text
    assert "heure de Paris" in text


def test_home_without_a_round_says_what_comes_next(client):
    assert "Aucun budget n’est ouvert en ce moment" in client.get("/").text


def test_home_shows_a_result_only_once_it_is_published(client):
    round_ = make_round(Phase.DELIVERY, "Budget terminé")
    assert "Un résultat à recompter" not in client.get("/").text
    publish(round_)
    assert "Un résultat à recompter" in client.get("/").text


def test_home_keeps_a_round_in_preparation_to_itself(client):
    make_round(Phase.DRAFT, "Budget secret")
    for path in (*PAGES, "/sitemap.xml"):
        assert "Budget secret" not in client.get(path).text


@pytest.mark.parametrize("path", ["/", "/donnees", "/sitemap.xml"])
def test_the_number_of_queries_does_not_grow_with_the_rounds(client, count_queries, path):
    publish(make_round(Phase.VOTING))
    with count_queries() as few:
        client.get(path)
    for phase in (*DATED, *DATED):
        round_ = make_round(phase)
        make_proposal(round_)
        publish(round_)
    with count_queries() as many:
        client.get(path)
    assert len(many.statements) == len(few.statements)


def test_ballots_are_offered_only_once_the_result_is_out(client):
    round_ = make_round(Phase.RESULTS)
    path = f'href="/budgets/{round_.slug}/resultats.pb"'
    assert path not in client.get("/donnees").text
    publish(round_)
    assert path in client.get("/donnees").text


def test_contact_and_address_come_from_the_configuration(make_test_app):
    app = make_test_app(contact_email="aide@region.example", public_url="https://vote.region.example")
    client = app.test_client()
    for path in ("/aide", "/accessibilite", "/mentions-legales", "/confidentialite"):
        assert "aide@region.example" in client.get(path).text
    for path in ("/confidentialite", "/robots.txt", "/sitemap.xml"):
        assert "https://vote.region.example" in client.get(path, headers={"Host": "evil.example"}).text


def test_the_accessibility_statement_claims_no_audit_that_was_not_made(client):
    text = client.get("/accessibilite").text
    assert "Partiellement conforme, sans audit extérieur" in text
    assert "Ce qui n’est pas vérifié" in text


def test_the_sitemap_lists_public_projects_and_no_other(client):
    round_ = make_round(Phase.VOTING)
    shown, hidden = make_proposal(round_), make_proposal(round_, State.DRAFT)
    early = make_proposal(make_round(Phase.DRAFT))
    tree = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 — we have just written it.
    found = {
        element.text.rpartition("/")[2] for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    }
    assert shown.slug in found
    assert hidden.slug not in found
    assert early.slug not in found


def test_robots_leave_personal_pages_alone(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /mon-compte" in text
    assert "Sitemap: http" in text


def test_management_is_in_the_menu_of_those_who_conduct_and_of_nobody_else(client):
    link = 'href="/gestion"'
    assert link not in client.get("/").text
    sign_in(client, make_person(roles=(Role.MODERATOR,)))
    assert link not in client.get("/").text
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert link in client.get("/").text


@pytest.mark.parametrize("asked", ["en", "fr", "xx", "<script>", ""])
def test_any_language_asked_for_gets_a_page(client, asked):
    answer = client.get("/", query_string={"lang": asked})
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text if asked == "en" else '<html lang="fr">' in answer.text
