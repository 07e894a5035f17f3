"""Making a round: the rules it starts with, and what the form refuses."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.factories import make_person, sign_in
from tests.rounds.forms import new_round

ADDRESS = "/gestion/budgets/nouveau"


@pytest.fixture(autouse=True)
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def rounds() -> list[Round]:
    return list(db.session.scalars(sa.select(Round)))


def test_an_officer_creates_a_round(client, officer):
    answer = client.post(ADDRESS, data=new_round())
    assert answer.status_code == 303
    (made,) = rounds()
    assert made.slug == "budget-etudiant-2027-28"
    assert made.rulebook.budget_cents == 500_000_00
    assert made.rulebook.balance_cents == 200_000_00
    assert made.rulebook.project_max_cents == 30_000_00
    assert len(made.rulebook.tie_seed) == 32
    assert made.current_version.adopted_by == officer.public_id
    entries = db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)).all()
    assert entries == ["round.created", "rulebook.adopted"]


def test_two_rounds_have_different_seeds(client):
    client.post(ADDRESS, data=new_round())
    client.post(ADDRESS, data=new_round(title="Un autre"))
    first, second = rounds()
    assert first.rulebook.tie_seed != second.rulebook.tie_seed


def test_nobody_sees_a_round_before_its_announcement_but_those_who_conduct_it(client, app):
    client.post(ADDRESS, data=new_round())
    assert client.get("/budgets/budget-etudiant-2027-28").status_code == 200
    stranger = app.test_client()
    for path in ("", "/reglement", "/reglement.json", "/calendrier.ics"):
        assert stranger.get(f"/budgets/budget-etudiant-2027-28{path}").status_code == 404
    assert "2027-28" not in stranger.get("/budgets").text


def test_a_title_already_taken_is_refused_at_its_field(client):
    client.post(ADDRESS, data=new_round())
    answer = client.post(ADDRESS, data=new_round(title="budget ÉTUDIANT 2027 28", summary="Ce que j’ai écrit."))
    assert answer.status_code == 422
    assert 'href="#title"' in answer.text
    assert "Ce que j’ai écrit." in answer.text
    assert len(rounds()) == 1


def test_a_round_called_nouveau_can_still_be_edited(client):
    assert client.post(ADDRESS, data=new_round(title="Nouveau")).location.endswith("/gestion/budgets/budget-nouveau")


def test_without_a_reserved_part_there_is_none(client):
    client.post(ADDRESS, data=new_round(balance_floor=""))
    assert rounds()[0].rulebook.floors == ()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("summary", "x" * 401),
        ("budget", "beaucoup"),
        ("budget", "-5"),
        ("budget", "0"),
        ("budget", "1e9"),
        ("balance_floor", "500 001"),
        ("project_max", "400"),
        ("themes", []),
        ("themes", ["war"]),
        ("ballot_kind", "dice"),
        ("ballot_kind", ""),
        ("ballot_max", "0"),
        ("ballot_max", "99999999999999999999"),
        ("ballot_min", "4"),
        ("min_votes", "-1"),
        ("tie_break", "whim"),
        ("voting", "demain"),
        ("voting", ""),
        ("voting", "0001-01-01T00:00"),
        ("voting", "9999-12-31T23:59"),
        ("submission", "2020-01-01T00:00"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(client, field, typed):
    answer = client.post(ADDRESS, data=new_round(**{field: typed}))
    assert answer.status_code == 422
    assert 'id="resume-erreur"' in answer.text
    assert "Une enveloppe pour la vie étudiante." in answer.text or field == "summary"
    if typed and isinstance(typed, str) and field not in {"ballot_kind", "tie_break"}:
        assert typed in answer.text
    assert rounds() == []


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "a\x00b", "%(start)s 100 %", "{{ 7 * 7 }}"])
def test_a_hostile_title_is_only_text(client, title):
    answer = client.post(ADDRESS, data=new_round(title=title))
    assert answer.status_code == 303
    page = client.get(f"/budgets/{rounds()[0].slug}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert client.get(answer.location).status_code == 200


def test_a_new_round_is_in_preparation(client, app):
    client.post(ADDRESS, data=new_round())
    assert rounds()[0].phase(rounds()[0].created_at) is Phase.DRAFT
    assert "En préparation" in client.get("/gestion").text


def test_the_form_protects_itself_against_other_sites(app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(ADDRESS, data=new_round()).status_code == 400
    assert rounds() == []
