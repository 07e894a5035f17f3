"""An appraiser limited to a round or a territory reads and appraises that alone."""

import pytest
import sqlalchemy as sa

from participatory.appraisal.models import Appraisal
from participatory.appraisal.queries import shelf_page
from participatory.appraisal.rules import Shelf
from participatory.core.database import db
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.proposals.models import Proposal
from participatory.proposals.queries import within
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.appraisal.making import SENTENCE, graded
from tests.factories import limit_role, make_person, make_proposal, make_round, sign_in

FORM = {"feasible": "yes", "final_cost": "9 500,00", "reason": SENTENCE, "seen": "0"}
TOULOUSE, HAUTE_GARONNE = Scope(ScopeKind.TERRITORY, "toulouse"), Scope(ScopeKind.TERRITORY, "31")


def limited(client, *scopes):
    person = make_person(roles=(Role.APPRAISER,))
    limit_role(person, Role.APPRAISER, *scopes)
    sign_in(client, person)
    return person


@pytest.fixture
def world(client):
    here, elsewhere = (
        make_round(Phase.REVIEW, title="Budget d’ici"),
        make_round(Phase.REVIEW, title="Budget d’ailleurs"),
    )
    found = {
        "here": here,
        "elsewhere": elsewhere,
        "toulouse": make_proposal(here, State.ADMITTED, title="À Toulouse"),
        "albi": make_proposal(here, State.ADMITTED, site_slug="albi", title="À Albi"),
        "region": make_proposal(here, State.ADMITTED, site_slug=None, title="Partout en région"),
        "other": make_proposal(elsewhere, State.ADMITTED, title="D’un autre budget"),
    }
    for name in ("toulouse", "albi", "region", "other"):
        graded(found[name], make_person())
    return found


@pytest.mark.parametrize("scope", [TOULOUSE, HAUTE_GARONNE])
def test_a_territory_shows_its_projects_in_every_round(client, world, scope):
    limited(client, scope)
    html = client.get(f"/instruction?budget={world['here'].slug}").text
    assert "À Toulouse" in html
    assert "À Albi" not in html
    assert "Partout en région" not in html
    assert "Votre rôle se limite à" in html
    assert "D’un autre budget" in client.get(f"/instruction?budget={world['elsewhere'].slug}").text
    for name, status in {"toulouse": 200, "other": 200, "albi": 403, "region": 403}.items():
        assert client.get(f"/instruction/{world[name].public_id}").status_code == status, name
        posted = client.post(f"/instruction/{world[name].public_id}", data=FORM).status_code
        assert posted == (303 if status == 200 else 403), name
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Appraisal)) == 2


def test_a_round_shows_all_its_projects_and_no_other_round(client, world):
    limited(client, world["here"].scope)
    html = client.get("/instruction").text
    assert all(title in html for title in ("À Toulouse", "À Albi", "Partout en région"))
    assert "Budget d’ailleurs" not in html
    assert client.get(f"/instruction?budget={world['elsewhere'].slug}").status_code == 404
    assert client.get(f"/instruction/{world['other'].public_id}").status_code == 403
    assert client.post(f"/instruction/{world['other'].public_id}", data=FORM).status_code == 403
    assert client.post(f"/instruction/{world['albi'].public_id}", data=FORM).status_code == 303


def test_after_a_finding_the_next_case_is_within_the_limits(client, world):
    limited(client, TOULOUSE)
    answer = client.post(f"/instruction/{world['toulouse'].public_id}", data=FORM)
    assert world["albi"].public_id not in answer.location
    assert "liste=ballot" in answer.location


def test_two_limits_add_up(client, world):
    person = limited(client, Scope(ScopeKind.TERRITORY, "albi"), world["elsewhere"].scope)
    found = db.session.scalars(sa.select(Proposal).where(within(person.reach(Permission.APPRAISE)))).all()
    assert {each.title for each in found} == {"À Albi", "D’un autre budget"}


def test_the_list_and_the_policy_agree_on_every_project(client, world):
    everything = db.session.scalars(sa.select(Proposal)).all()
    for scopes in ([TOULOUSE], [HAUTE_GARONNE], [world["here"].scope], [Scope(ScopeKind.TERRITORY, "nulle-part")], []):
        person = limited(client, *scopes)
        listed = set(db.session.scalars(sa.select(Proposal).where(within(person.reach(Permission.APPRAISE)))))
        assert listed == {each for each in everything if person.may(Permission.APPRAISE, *each.scopes)}


def test_a_limited_list_asks_as_much_for_twenty_projects_as_for_two(client, world, count_queries):
    limited(client, TOULOUSE)
    address = f"/instruction?budget={world['here'].slug}"
    with count_queries() as few:
        client.get(address)
    for _each in range(20):
        make_proposal(world["here"], State.ADMITTED)
    with count_queries() as many:
        assert client.get(address).status_code == 200
    asked = [[each for each in found.statements if each.startswith("SELECT")] for found in (few, many)]
    assert len(asked[0]) == len(asked[1])
    assert shelf_page(world["here"], Shelf.WAITING, 1, frozenset({TOULOUSE})).total == 21


def test_an_unpublished_project_is_read_within_the_limits_only(client, world):
    submitted = make_proposal(world["here"], State.SUBMITTED, title="Encore secret")
    away = make_proposal(world["here"], State.SUBMITTED, site_slug="albi", title="Secret ailleurs")
    limited(client, TOULOUSE)
    assert client.get(f"/projets/{submitted.slug}").status_code == 200
    assert client.get(f"/projets/{away.slug}").status_code == 404
