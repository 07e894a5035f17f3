"""Reading the list as a table and a map, by carrier and by cost; what is taken away from a project's page."""

from __future__ import annotations

import csv
import io
import json

import pytest
from lxml import etree
from PIL import Image

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.proposals.actions import move
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.proposals.sharing import Card, drawn, fitted
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, sign_in
from tests.proposals.test_list import titles

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def round_(app):
    return make_round(Phase.REVIEW)


def get(client, round_, query="", tail=""):
    answer = client.get(f"/budgets/{round_.slug}/projets{tail}?{query}")
    assert answer.status_code == 200
    return answer


def test_the_list_is_a_table_too_with_the_same_rows(client, round_):
    make_proposal(round_, title="Le verger", association=make_association("Les Vergers"))
    make_proposal(round_, title="Partout", site_slug=None)
    html = get(client, round_, "vue=table").text
    assert "<table" in html
    for words in ("Le verger", "Les Vergers", "Toulouse (31)", "Partout", "Toute la région"):
        assert words in html


def test_the_map_prints_how_many_projects_each_department_has_and_leads_to_them(client, round_):
    for place in ("toulouse", "toulouse", "albi", None):
        make_proposal(round_, site_slug=place)
    html = get(client, round_, "vue=map").text
    assert 'class="carte-dep__dessin"' in html
    assert "departement=31" in html
    assert "departement=81" in html
    assert "departement=09" not in html
    assert "1 projet pour toute la région" in html.replace("\u00a0", " ")
    narrowed = get(client, round_, "vue=map&departement=81").text
    assert "departement=31" not in narrowed


def test_a_view_that_does_not_exist_is_the_first(client, round_):
    make_proposal(round_, title="Le verger")
    assert titles(get(client, round_, "vue=%00<script>").text) == ["Le verger"]


def test_the_views_keep_the_search(client, round_):
    make_proposal(round_, title="Le verger")
    assert "vue=table&amp;q=verger" in get(client, round_, "q=verger").text


def test_the_list_is_narrowed_by_carrier_and_by_cost(client, round_):
    vergers = make_association("Les Vergers")
    make_proposal(round_, title="Le verger", association=vergers, cost_cents=1_000_00)
    make_proposal(round_, title="Seul", cost_cents=5_000_00)
    cases = {
        f"porteur={vergers.slug}": {"Le verger"},
        "porteur=-": {"Seul"},
        "porteur=inconnue": set(),
        "cout_min=1000&cout_max=1000": {"Le verger"},
        "cout_min=1001": {"Seul"},
        "cout_max=0": set(),
        "cout_min=1 001": {"Seul"},
        "cout_min=mille&cout_max=-3": {"Le verger", "Seul"},
        "cout_max=99999999999": {"Le verger", "Seul"},
    }
    for query, expected in cases.items():
        assert set(titles(get(client, round_, query).text)) == expected, query


def test_a_longer_list_asks_no_more_of_the_database_in_any_view(client, round_, count_queries):
    def cost(view):
        with count_queries() as counted:
            get(client, round_, f"vue={view}")
        return len(counted.statements)

    views = ("cards", "table", "map")
    make_proposal(round_, State.ADMITTED, association=make_association())
    make_proposal(round_, State.ADMITTED, association=make_association())
    few = [cost(view) for view in views]
    for number in range(15):
        make_proposal(round_, State.ADMITTED, site_slug=("albi", None)[number % 2], association=make_association())
    assert [cost(view) for view in views] == few
    assert max(few) <= 12


def test_the_list_is_a_feed(client, round_):
    make_proposal(round_, title="Le verger & co", site_slug="albi")
    make_proposal(round_, State.SUBMITTED, title="Pas encore")
    answer = get(client, round_, "q=verger", ".atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.data)
    assert feed.xpath("//a:entry/a:title/text()", namespaces=ATOM) == ["Le verger & co"]
    again = client.get(
        f"/budgets/{round_.slug}/projets.atom?q=verger", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_project_is_taken_away_as_files_and_as_a_feed(client, round_):
    project = make_proposal(round_, State.ADMITTED, title="Le verger")
    with transaction():
        held = db.session.get(Proposal, project.id)
        held.lines[0].label = "=1+1"
        move(held, State.FEASIBLE, "system", now())
    base = f"/projets/{project.slug}"
    (row,) = csv.DictReader(io.StringIO(client.get(base + ".csv").text.removeprefix("\ufeff")))
    assert (row["label"], row["total_eur"]) == ("'=1+1", "10000.00")
    told = json.loads(client.get(base + ".json").text)["proposal"]
    assert (told["title"], told["lines"][0]["total_cents"]) == ("Le verger", 10_000_00)
    feed = etree.fromstring(client.get(base + ".atom").data)
    assert feed.xpath("//a:entry/a:title/text()", namespaces=ATOM) == ["Au vote"]


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, State.WITHDRAWN])
def test_nothing_of_a_project_that_is_not_public_is_taken_away_not_even_by_its_author(client, round_, state):
    author = make_person()
    project = make_proposal(round_, state, author=author)
    sign_in(client, author)
    for tail in (".csv", ".json", ".atom", "/carte.png"):
        assert client.get(f"/projets/{project.slug}{tail}").status_code == 404


def test_the_sheet_holds_the_project_and_the_code_of_its_page(client, round_):
    project = make_proposal(round_, title="Le verger")
    html = client.get(f"/projets/{project.slug}/fiche").text
    assert "Le verger" in html
    assert 'aria-label="Code QR de cette page"' in html
    assert f"/projets/{project.slug}</p>" in html


def test_the_picture_for_networks_is_named_by_the_page_and_not_sent_twice(client, round_):
    project = make_proposal(round_, title="Le verger")
    html = client.get(f"/projets/{project.slug}").text
    assert 'property="og:image" content="http' in html
    assert f"/projets/{project.slug}/carte.png" in html
    first = client.get(f"/projets/{project.slug}/carte.png")
    assert Image.open(io.BytesIO(first.data)).size == (1200, 630)
    assert len(first.data) < 100_000
    same = client.get(f"/projets/{project.slug}/carte.png", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    with transaction():
        db.session.get(Proposal, project.id).title = "Le grand verger"
    assert client.get(f"/projets/{project.slug}/carte.png").headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("title", ["Un", "W" * 400, "Un titre de plusieurs mots " * 9, "ﷺ🎓", ""])
def test_any_title_makes_a_picture(title):
    assert Image.open(io.BytesIO(drawn(Card("Santé", title, "Albi · Tarn", "10 000 €", "Site")))).size == (1200, 630)


def test_what_does_not_hold_on_its_lines_ends_with_an_ellipsis():
    class Mono:
        def getlength(self, text):
            return len(text)

    assert fitted("un deux trois quatre", Mono(), 8, 2) == ["un deux", "trois…"]
    assert fitted("anticonstitutionnellement", Mono(), 8, 2) == ["anticon…"]
    assert fitted("court", Mono(), 8, 2) == ["court"]
