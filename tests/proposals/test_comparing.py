"""Two projects side by side."""

from __future__ import annotations

import pytest

from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_proposal, make_round


@pytest.fixture
def round_(app):
    return make_round(Phase.VOTING)


def test_two_projects_stand_side_by_side(client, round_):
    pair = [
        make_proposal(round_, title=title, cost_cents=cost)
        for title, cost in (("Verger", 5_000_00), ("Four", 7_000_00))
    ]
    page = client.get(
        f"/budgets/{round_.slug}/projets/comparer?" + "&".join(f"projet={each.public_id}" for each in pair)
    )
    for text in ("Verger", "Four", "5\u202f000", "7\u202f000"):
        assert text in page.text
    assert page.text.count('<th scope="col">') == 2


@pytest.mark.parametrize("query", ["", "?projet=inconnu", "?projet='; --&projet=x"])
def test_the_form_alone_is_shown_for_anything_else(client, round_, query):
    make_proposal(round_)
    page = client.get(f"/budgets/{round_.slug}/projets/comparer{query}")
    assert page.status_code == 200
    assert "<table" not in page.text


def test_the_same_project_twice_asks_for_another(client, round_):
    one = make_proposal(round_)
    page = client.get(f"/budgets/{round_.slug}/projets/comparer?projet={one.public_id}&projet={one.public_id}")
    assert "Choisissez deux projets différents" in page.text


def test_what_the_public_may_not_read_is_not_compared(client, round_):
    hidden, shown = make_proposal(round_, state=State.DRAFT, title="Secret"), make_proposal(round_)
    page = client.get(f"/budgets/{round_.slug}/projets/comparer?projet={hidden.public_id}&projet={shown.public_id}")
    assert "Secret" not in page.text
