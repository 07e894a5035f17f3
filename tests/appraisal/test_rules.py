"""What the Region's services must say for a finding to be published."""

import pytest

from participatory.appraisal.rules import REASON_MAX, Finding, finding_faults, seen_fault
from participatory.proposals.rules import State
from tests.appraisal.making import NO, SENTENCE, YES
from tests.factories import RULEBOOK


def _fields(finding):
    return [fault.field for fault in finding_faults(finding, RULEBOOK)]


def test_a_whole_finding_has_no_fault_and_knows_where_it_leads():
    assert (_fields(YES), YES.target) == ([], State.FEASIBLE)
    assert (_fields(NO), NO.target) == ([], State.UNFEASIBLE)


@pytest.mark.parametrize("cents", [None, 0, -1, RULEBOOK.project_max_cents + 1])
def test_a_feasible_project_has_a_final_cost_within_the_ceiling(cents):
    assert _fields(Finding(True, cents, SENTENCE, 0)) == ["final_cost"]


def test_the_ceiling_itself_is_allowed_and_the_fault_names_it():
    assert _fields(Finding(True, RULEBOOK.project_max_cents, SENTENCE, 0)) == []
    fault = finding_faults(Finding(True, RULEBOOK.project_max_cents + 1, SENTENCE, 0), RULEBOOK)[0]
    assert "30\u202f000\u00a0€" in str(fault)


@pytest.mark.parametrize("finding", [YES, NO])
@pytest.mark.parametrize("reason", ["", "Non.", " " * 60, "a" * 19, "a" * (REASON_MAX + 1)])
def test_a_reason_of_a_sentence_is_always_needed(finding, reason):
    assert _fields(Finding(finding.feasible, finding.final_cents, reason, 0)) == ["reason"]


def test_every_fault_is_told_at_once():
    assert _fields(Finding(True, None, "", 0)) == ["final_cost", "reason"]


def test_a_finding_published_meanwhile_must_be_read_first():
    assert seen_fault(1, 1) is None
    assert seen_fault(0, 1) is not None
