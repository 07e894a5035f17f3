"""The list of a round: what it shows, finds, orders, pages, exports, at a constant cost."""

import csv
import io
import json
import re

import pytest

from participatory.core.database import db, transaction
from participatory.core.search import stems
from participatory.proposals.listing import PER_PAGE
from participatory.proposals.models import Proposal
from participatory.proposals.rules import PUBLIC, State
from participatory.rounds.rulebook import Theme
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_proposal, make_round


@pytest.fixture
def round_(app):
    return make_round(Phase.REVIEW)


def titles(html):
    return re.findall(r'<h3 class="projet__titre"[^>]*><a [^>]*>([^<]*)</a>', html)


def get(client, round_, query="", tail=""):
    answer = client.get(f"/budgets/{round_.slug}/projets{tail}?{query}")
    assert answer.status_code == 200
    return answer


def test_only_public_states_are_listed(client, round_):
    for state in State:
        make_proposal(round_, state, title=f"État {state.value}")
    shown = set(titles(get(client, round_).text))
    assert shown == {f"État {state.value}" for state in PUBLIC}


def test_projects_of_other_rounds_are_not_listed(client, round_):
    make_proposal(make_round(Phase.REVIEW), title="Ailleurs")
    assert titles(get(client, round_).text) == []


def test_an_empty_list_says_why_and_what_next(client, round_):
    assert "Pas de projet à lire" in get(client, round_).text
    assert "Proposer un projet" in get(client, make_round(Phase.SUBMISSION)).text


def test_search_forgives_accents_and_plurals(client, round_):
    make_proposal(round_, title="Des vélos à l’épicerie")
    make_proposal(round_, title="Un piano")
    for words in ("velo", "VÉLOS epicerie", "épiceries"):
        assert titles(get(client, round_, f"q={words}").text) == ["Des vélos à l’épicerie"]
    nothing = get(client, round_, "q=introuvable").text
    assert "Aucun projet ne correspond" in nothing
    assert "Effacer les filtres" in nothing


def test_filters_narrow_together_and_can_be_cleared(client, round_):
    make_proposal(round_, title="A", site_slug="albi", theme=Theme.FOOD)
    make_proposal(round_, title="B", site_slug="toulouse", theme=Theme.FOOD)
    make_proposal(round_, State.ADMITTED, title="C", site_slug=None, theme=Theme.SPORT)
    cases = {
        "site=albi": {"A"},
        "departement=31": {"B"},
        "portee=balance": {"A"},
        "portee=metropolis": {"B"},
        "portee=region": {"C"},
        "theme=food": {"A", "B"},
        "theme=food&theme=sport": {"A", "B", "C"},
        "etat=admitted": {"C"},
        "theme=food&site=albi": {"A"},
    }
    for query, expected in cases.items():
        page = get(client, round_, query).text
        assert set(titles(page)) == expected, query
        assert 'content="noindex"' in page
        assert "Effacer les filtres" in page
    assert 'content="noindex"' not in get(client, round_).text


@pytest.mark.parametrize(
    "query",
    [
        "theme=warfare&site=atlantis&departement=999&portee=moon&etat=maybe&ordre=best&page=-3",
        "page=9999999999999999999999",
        "page=%00&q=%00&theme=%00&site=%00&departement=%00",
        "page=١",
        "etat=draft",
        "q=" + "x" * 5000,
        "q=%27%20OR%201=1--&ordre=%22%3E%3Cscript%3E",
        "q=%25&departement=%25&site=_",
        "page=1e3&page=2",
    ],
)
def test_values_that_mean_nothing_are_no_error(client, round_, query):
    make_proposal(round_, State.DRAFT, title="Secret")
    make_proposal(round_, title="Connu")
    for tail in ("", ".csv", ".json"):
        answer = get(client, round_, query, tail)
        assert "Secret" not in answer.text
        assert "<script>" not in answer.text


def test_orders_by_cost_and_by_date(client, round_):
    for cost in (300, 100, 200):
        make_proposal(round_, cost_cents=cost * 100, title=str(cost))
    assert titles(get(client, round_, "ordre=cost_up").text) == ["100", "200", "300"]
    assert titles(get(client, round_, "ordre=cost_down").text) == ["300", "200", "100"]
    assert titles(get(client, round_, "ordre=newest").text) == ["200", "100", "300"]


def test_the_drawn_order_is_said_and_stays_the_same_over_the_pages_of_a_visitor(app, client, round_):
    for number in range(PER_PAGE * 2 + 3):
        make_proposal(round_, title=f"P{number:02}")
    pages = [get(client, round_, f"page={number}").text for number in (1, 2, 3)]
    seen = [title for page in pages for title in titles(page)]
    assert "Ordre tiré au sort" in pages[0]
    assert sorted(seen) == [f"P{number:02}" for number in range(PER_PAGE * 2 + 3)]
    assert titles(get(client, round_, "page=2").text) == seen[PER_PAGE : PER_PAGE * 2]
    assert titles(get(app.test_client(), round_).text) != seen[:PER_PAGE]
    assert f'href="/budgets/{round_.slug}/projets?page=2"' in pages[0]
    assert titles(get(client, round_, "page=99").text) == titles(pages[2])


def test_links_between_pages_keep_the_search(client, round_):
    for number in range(PER_PAGE + 1):
        make_proposal(round_, title=f"Piano {number}")
    page = get(client, round_, "q=piano&theme=culture").text
    assert re.search(r'href="[^"]*projets\?q=piano&amp;theme=culture&amp;page=2"', page)


def test_htmx_receives_the_list_alone(client, round_):
    make_proposal(round_)
    answer = client.get(f"/budgets/{round_.slug}/projets", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div class="flux" id="resultats">')
    assert "HX-Request" in answer.headers["Vary"]


def test_a_longer_list_asks_no_more_of_the_database(client, round_, count_queries):
    def cost(query):
        with count_queries() as counted:
            get(client, round_, query)
        return len(counted.statements)

    association = make_association()
    for _ in range(2):
        make_proposal(round_, association=association)
    queries = ("", "q=projet", "ordre=cost_up&theme=culture", "departement=31")
    few = [cost(query) for query in queries]
    for number in range(20):
        make_proposal(round_, site_slug=("albi", None, "tarbes")[number % 3], association=make_association())
    assert [cost(query) for query in queries] == few
    # The cards say how many support and how many speak of each project, in one query for each.
    assert max(few) <= 12


def test_files_hold_every_row_of_the_search(client, round_):
    for number in range(PER_PAGE + 6):
        make_proposal(round_, title=f"P{number}", site_slug="albi")
    make_proposal(round_, State.SUBMITTED, title="Pas encore")
    table = get(client, round_, "site=albi", ".csv")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in table.headers["Content-Disposition"]
    assert len(rows) == PER_PAGE + 6
    assert rows[0]["department"] == "81"
    assert rows[0]["asked_eur"] == "10000.00"
    data = json.loads(get(client, round_, "site=albi", ".json").text)
    assert data["search"] == {"site": "albi"}
    assert {row["id"] for row in data["proposals"]} == {row["id"] for row in rows}
    assert data["proposals"][0]["asked_cents"] == 10_000_00


@pytest.mark.parametrize("start", ["=1+1", "+33", "-2", "@SUM", "\t=1"])
def test_no_cell_of_the_table_is_a_formula(client, round_, start):
    project = make_proposal(round_)
    with transaction():
        held = db.session.get(Proposal, project.id)
        held.title, held.summary = f"{start} piège", start
        held.search_text = stems(held.title)
    rows = list(csv.DictReader(io.StringIO(get(client, round_, tail=".csv").text.removeprefix("\ufeff"))))
    assert rows[0]["title"] == f"'{start} piège"
    assert rows[0]["summary"] == f"'{start}"


def test_a_project_brought_in_without_a_theme_is_listed_and_read(client, round_):
    project = make_proposal(round_, title="Venu d’ailleurs", site_slug=None)
    with transaction():
        db.session.get(Proposal, project.id).theme_code = None
    assert titles(get(client, round_).text) == ["Venu d’ailleurs"]
    assert client.get(f"/projets/{project.slug}").status_code == 200
