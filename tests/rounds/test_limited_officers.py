"""An officer limited to one round conducts that one, and sees no draft of another."""

import pytest
import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.results.jobs import opener, run_here
from participatory.rounds.rules import Phase
from participatory.urn.shares import split
from tests.factories import KEY, add_voter, limit_role, make_person, make_proposal, make_round, move_round, sign_in
from tests.results.making import World, allowed, bring_out, put_ballots
from tests.rounds.forms import shown


@pytest.fixture
def mine(client):
    round_ = make_round(Phase.SUBMISSION, title="Le budget que je conduis")
    person = make_person(roles=(Role.OFFICER,))
    limit_role(person, Role.OFFICER, round_.scope)
    sign_in(client, person)
    return round_


def test_the_index_shows_what_one_conducts(client, mine, count_queries):
    make_round(Phase.DRAFT, title="Un brouillon d’ailleurs")
    with count_queries() as few:
        html = client.get("/gestion").text
    assert "Le budget que je conduis" in html
    assert "Un brouillon d’ailleurs" not in html
    assert "/gestion/budgets/nouveau" not in html
    for _each in range(6):
        make_round(Phase.VOTING)
    with count_queries() as many:
        client.get("/gestion")
    assert len(many.statements) == len(few.statements)


def test_only_an_officer_of_all_rounds_creates_one(client, mine):
    assert client.get("/gestion/budgets/nouveau").status_code == 403
    assert client.post("/gestion/budgets/nouveau", data={}).status_code == 403


@pytest.mark.parametrize(("phase", "status"), [(Phase.DRAFT, 404), (Phase.SUBMISSION, 403), (Phase.VOTING, 403)])
def test_another_round_is_neither_read_in_its_forms_nor_changed(client, mine, phase, status):
    other = make_round(phase)
    address = f"/gestion/budgets/{other.slug}"
    assert client.get(address).status_code == status
    assert client.post(address, data=shown(other, summary="Pris.")).status_code == status
    assert client.post(address, data={}).status_code == status
    assert client.post(f"{address}/fin", data={}).status_code == status
    assert db.session.scalars(sa.select(JournalEntry)).all() == []


def test_ones_own_round_is_changed(client, mine):
    address = f"/gestion/budgets/{mine.slug}"
    assert client.get(address).status_code == 200
    assert client.post(address, data=shown(mine, summary="Un nouveau résumé.")).status_code == 303


@pytest.mark.parametrize("path", ["", "/reglement", "/calendrier.ics"])
def test_a_draft_of_another_is_not_there(client, mine, path):
    other = make_round(Phase.DRAFT)
    assert client.get(f"/budgets/{other.slug}{path}").status_code == 404
    move_round(mine, Phase.DRAFT)
    assert client.get(f"/budgets/{mine.slug}{path}").status_code == 200


def test_the_page_of_a_round_offers_its_forms_to_those_who_conduct_it(client, mine):
    other = make_round(Phase.SUBMISSION)
    assert f"/gestion/budgets/{mine.slug}" in client.get(f"/budgets/{mine.slug}").text
    assert f"/gestion/budgets/{other.slug}" not in client.get(f"/budgets/{other.slug}").text


@pytest.mark.parametrize("deed", ["proposer/cloturer", "proposer/sceller", "autoriser", "ouvrir", "publier"])
def test_another_vote_is_neither_closed_nor_counted_nor_published(client, mine, deed):
    other = make_round(Phase.RESULTS)
    make_proposal(other)
    add_voter(other, make_person())
    control = f"/gestion/budgets/{other.slug}/depouillement"
    assert client.get(control).status_code == 403
    assert client.get(f"{control}/comparaison").status_code == 403
    assert client.post(f"{control}/{deed}").status_code == 403
    assert db.session.scalars(sa.select(JournalEntry)).all() == []


def test_ones_own_vote_is_closed_counted_and_published(client, mine):
    project = make_proposal(mine)
    move_round(mine, Phase.VOTING)
    put_ballots(mine, [[project]])
    move_round(mine, Phase.RESULTS)
    control = f"/gestion/budgets/{mine.slug}/depouillement"
    assert client.get(control).status_code == 200
    assert client.post(f"{control}/proposer/cloturer").status_code == 303
    world = allowed(World(mine, {}, make_person()))
    opener().runner = run_here
    shares = dict(zip(("share_1", "share_2"), split(KEY.private, 3, 2), strict=False))
    assert client.post(f"{control}/ouvrir", data=shares).status_code == 303
    assert client.post(f"{control}/publier").status_code == 303
    bring_out(world)
    assert client.get(f"/budgets/{mine.slug}/resultats").status_code == 200
