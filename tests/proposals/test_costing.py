"""The cost plan: what others pay, the balance, the ceilings where they bite, prices picked from the catalogue."""

from dataclasses import replace

import pytest

from participatory.core.database import db
from participatory.core.money import Cents
from participatory.proposals.costing import CoFunding, Envelope, Funder, FundingState, Line, Plan, ceilings, plan_faults
from participatory.proposals.models import Proposal
from participatory.proposals.rules import LineKind, State
from participatory.proposals.written import content_of
from participatory.rounds.rulebook import Cap, CapScope, Theme
from tests.catalogue.making import OVEN, kept
from tests.factories import RULEBOOK, make_proposal
from tests.proposals.conftest import stamps, typed

CROUS = CoFunding(Funder.CROUS, 500_00, FundingState.OBTAINED)


def plan(total, *others):
    return Plan((Line("Salle", 1, total, LineKind.OPERATING),), others)


def bites(wanted, book=RULEBOOK, **more):
    return [str(each) for each in ceilings(wanted, book, **({"sited": True, "theme": Theme.FOOD} | more))]


def test_what_others_pay_is_taken_off_what_is_asked():
    assert plan(3_000_00, CROUS).asked_cents == 2_500_00
    assert plan_faults(plan(3_000_00, CROUS), RULEBOOK) == []


@pytest.mark.parametrize("total", [500_00, 400_00])
def test_a_plan_that_others_pay_whole_is_not_balanced(total):
    (fault,) = plan_faults(plan(total, CROUS), RULEBOOK)
    assert fault.field == "cofunding"
    assert fault.values == {"others": Cents(500_00), "total": Cents(total)}


def test_a_funder_without_a_name_or_an_amount_is_said_at_its_row():
    others = (replace(CROUS, funder=Funder.TOWN, row=2), replace(CROUS, funder=None, cents=0, row=4))
    found = [fault.field for fault in plan_faults(plan(3_000_00, *others), RULEBOOK)]
    assert found == ["cofunding-2-name", "cofunding-4-funder", "cofunding-4-amount"]


def test_the_ceiling_holds_what_is_asked_and_not_what_it_costs():
    assert plan_faults(plan(30_400_00, CROUS), RULEBOOK) == []
    (fault,) = plan_faults(plan(30_600_00, CROUS), RULEBOOK)
    assert fault.values == {"excess": Cents(100_00), "most": Cents(30_000_00)}


def test_a_cap_lower_than_what_is_asked_is_said_where_it_bites():
    book = replace(RULEBOOK, caps=(Cap(CapScope.THEME, 2_000_00), Cap(CapScope.SITE, 1_000_00)))
    assert len(bites(plan(2_500_00), book)) == 2
    assert len(bites(plan(2_500_00), book, sited=False)) == 1
    assert bites(plan(900_00), book) == []


def test_an_area_that_holds_less_than_what_is_asked_is_said():
    (said,) = bites(plan(2_500_00), envelope=Envelope("Site d’Albi", 2_000_00))
    assert "Site d’Albi" in said


def test_an_empty_plan_is_not_told_of_ceilings():
    assert bites(Plan((), ())) == []


OTHER = {
    "cofunding-0-funder": "town", "cofunding-0-name": "Ville d’Albi", "cofunding-0-amount": "1 000",
    "cofunding-0-state": "obtained", "cofunding-0-covers": "Four",
}  # fmt: skip


@pytest.fixture
def draft(round_, author):
    return make_proposal(round_, State.DRAFT, author=author)


def save(student, draft, act="modifier", **changes):
    page = student.get(f"/projets/{draft.slug}/modifier").text
    return student.post(f"/projets/{draft.slug}/{act}", data=typed(**stamps(page), **changes))


def test_what_others_pay_is_saved_shown_and_taken_off(student, draft):
    assert save(student, draft, **OTHER, **{"lines-0-source": "Devis du 3 mars"}).status_code == 303
    found = db.session.get_one(Proposal, draft.id)
    assert content_of(found).cofunding == (
        CoFunding(Funder.TOWN, 1_000_00, FundingState.OBTAINED, "Ville d’Albi", "Four"),
    )
    assert found.asked_cents == 2_501_00
    assert found.lines[0].source == "Devis du 3 mars"
    page = student.get(f"/projets/{draft.slug}").text
    assert "Ville d’Albi" in page
    assert "Devis du 3 mars" in page


def test_an_unbalanced_plan_is_refused_and_nothing_typed_is_lost(student, draft):
    answer = save(student, draft, "deposer", **OTHER | {"cofunding-0-amount": "9 000"})
    assert answer.status_code == 422
    assert "n’est pas équilibré" in answer.text
    assert 'value="9 000"' in answer.text


def test_the_ceiling_is_said_beside_the_total_while_one_writes(student, draft):
    answer = save(student, draft, act="modifier", **{"lines-0-unit": "40 000"})
    assert answer.status_code == 303
    page = student.get(f"/projets/{draft.slug}/modifier").text.partition('id="total"')[2]
    assert "le plafond d’un projet" in page.partition("</div>")[0]


def test_a_price_is_searched_and_picked_without_javascript(student, draft):
    cost = kept(OVEN)
    found = save(student, draft, cost_q="fours", find="1")
    assert found.status_code == 200
    assert f'value="{cost.public_id}"' in found.text
    picked = save(student, draft, cost_q="fours", pick=cost.public_id)
    assert 'value="Four de collectivité (pièce)"' in picked.text
    named = {"lines-0-unit_cost": cost.public_id}
    assert save(student, draft, **named).status_code == 303
    assert db.session.get_one(Proposal, draft.id).lines[0].unit_cost_id == cost.id
    assert "au prix de la grille régionale" in student.get(f"/projets/{draft.slug}").text


def test_a_price_that_is_unknown_or_archived_adds_nothing(student, draft):
    assert 'id="lines-2-label"' not in save(student, draft, pick="inconnu").text


def test_hostile_rows_of_funders_are_refused_or_left_out(student, draft):
    hostile = {"cofunding-0-funder": "mafia", "cofunding-0-state": "x", "cofunding-0-amount": "10"}
    assert save(student, draft, **hostile).status_code == 422
    assert (
        save(student, draft, **{"lines-0-unit_cost": "'; DROP TABLE", "cofunding-9999-funder": "x"}).status_code == 303
    )
    assert db.session.get_one(Proposal, draft.id).lines[0].unit_cost_id is None
