"""The part of a project that others must pay (model rulebook, article 2): a parameter, said where it bites."""

import json

import pytest

from participatory.appraisal.rules import Finding, finding_faults
from participatory.core.money import Cents
from participatory.identity.rules import Role
from participatory.proposals.costing import CoFunding, Funder, FundingState, Line, Plan, ceilings, plan_faults
from participatory.proposals.rules import LineKind
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.queries import all_rounds
from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules_in_words import changes
from participatory.verification.rulebook import SHAPE
from participatory.verification.shape import misfits
from tests.factories import RULEBOOK, make_person, make_round, sign_in
from tests.rounds.forms import new_round

SHARED = RULEBOOK.changed(most_share=80)
SENTENCE = "Le coût suit les devis joints, hors livraison."


def plan(total, others=0):
    paid = (CoFunding(Funder.CROUS, others, FundingState.ASKED),) if others else ()
    return Plan((Line("Salle", 1, total, LineKind.OPERATING),), paid)


def test_a_budget_that_pays_projects_whole_keeps_the_digest_of_earlier_rulebooks():
    assert "most_share" not in RULEBOOK.to_json()
    assert Rulebook.from_json(RULEBOOK.to_json()).most_share == 100
    assert Rulebook.from_json(SHARED.to_json()) == SHARED
    assert SHARED.digest() != RULEBOOK.digest()


def test_the_verifier_takes_it():
    assert list(misfits(json.loads(SHARED.to_json()), SHAPE, "rulebook")) == []


@pytest.mark.parametrize("share", [0, 101, -1])
def test_a_share_that_means_nothing_is_faulty(share):
    assert rulebook_fault(RULEBOOK.changed(most_share=share)).field == "most_share"


def test_what_is_missing_is_said_to_the_cent():
    (fault,) = plan_faults(plan(10_000_00, 1_500_00), SHARED)
    assert fault.field == "cofunding"
    assert fault.values == {
        "share": 80, "part": Cents(8_000_00), "total": Cents(10_000_00), "missing": Cents(500_00),
    }  # fmt: skip
    assert "80 % de ce que coûte" in str(fault)
    assert [str(each) for each in ceilings(plan(10_000_00), SHARED, sited=True, theme=None)]


def test_the_part_that_is_asked_is_enough():
    assert plan_faults(plan(10_000_00, 2_000_00), SHARED) == []
    assert plan_faults(plan(10_000_00), RULEBOOK) == []


def test_a_ceiling_and_a_missing_part_are_both_said():
    assert [each.field for each in plan_faults(plan(50_000_00), SHARED)] == ["lines", "cofunding"]


def test_the_final_cost_leaves_the_others_their_part():
    assert finding_faults(Finding(True, 8_000_00, SENTENCE, 0), SHARED, 2_000_00) == []
    (fault,) = finding_faults(Finding(True, 8_000_01, SENTENCE, 0), SHARED, 2_000_00)
    assert (fault.field, fault.values["most"]) == ("final_cost", Cents(8_000_00))
    assert finding_faults(Finding(False, None, SENTENCE, 0), SHARED) == []


def test_what_is_typed_is_kept_and_said(client):
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert client.post("/gestion/budgets/nouveau", data=new_round(most_share="80")).status_code == 303
    assert all_rounds()[0].rulebook.most_share == 80
    assert client.post("/gestion/budgets/nouveau", data=new_round(most_share="0")).status_code == 422


def test_the_rulebook_says_it_and_how_it_changed(client):
    page = client.get(f"/budgets/{make_round(most_share=80).slug}/reglement").text.replace("\u00a0", " ")
    assert "paie au plus 80 % de ce que coûte un projet" in page
    (change,) = changes(RULEBOOK, SHARED)
    assert (change.before, change.after.replace("\u00a0", " ")) == (None, "80 %")
