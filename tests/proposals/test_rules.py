"""What the author is told next, and the bounds of a plan."""

from itertools import product

import pytest

from participatory.proposals.content import Content, faults
from participatory.proposals.costing import MAX_LINES, MAX_QUANTITY, MAX_UNIT_CENTS, Line
from participatory.proposals.journey import next_step
from participatory.proposals.rules import MOVES, PUBLIC, LineKind, State, move_fault
from participatory.rounds.rulebook import Theme
from participatory.rounds.rules import Phase
from tests.factories import RULEBOOK


def whole(**changes):
    line = Line("Four", 2, 1_000_00, LineKind.INVESTMENT)
    given = {"title": "T", "summary": "S", "need": "N", "solution": "P", "theme": Theme.FOOD, "lines": (line,)}
    return Content(**given | changes)


def test_a_complete_project_has_no_fault():
    assert faults(whole(), RULEBOOK) == []


@pytest.mark.parametrize("name", ["title", "summary", "need", "solution"])
def test_each_text_is_needed(name):
    assert [fault.field for fault in faults(whole(**{name: ""}), RULEBOOK)] == [name]


def test_a_picture_needs_its_description():
    assert [fault.field for fault in faults(whole(image_key="x.webp"), RULEBOOK)] == ["image_alt"]


def test_a_theme_that_the_rulebook_dropped_is_refused():
    book = RULEBOOK.changed(themes=(Theme.SPORT,))
    assert [fault.field for fault in faults(whole(), book)] == ["theme"]


@pytest.mark.parametrize(("cents", "fault"), [(499_99, True), (500_00, False), (30_000_00, False), (30_000_01, True)])
def test_the_bounds_of_the_total_belong_to_it(cents, fault):
    lines = (Line("Tout", 1, cents, LineKind.OPERATING),)
    assert bool(faults(whole(lines=lines), RULEBOOK)) is fault


def test_faults_of_a_line_name_its_fields_in_the_form():
    lines = (Line("Four", 1, 600_00, LineKind.OPERATING, 0), Line("", 0, 0, LineKind.OPERATING, 7))
    fields = [fault.field for fault in faults(whole(lines=lines), RULEBOOK)]
    assert fields == ["lines-7-label", "lines-7-quantity", "lines-7-unit"]


def test_the_largest_plan_fits_in_a_column():
    assert MAX_LINES * MAX_QUANTITY * MAX_UNIT_CENTS < 2**63


def test_everybody_is_told_something_at_any_time():
    for state, phase in product(State, Phase):
        assert next_step(state, phase).sentence


def test_moves_lead_only_where_the_table_says():
    for source, target in product(State, State):
        assert (move_fault(source, target) is None) == (target in MOVES[source])
    assert State.DRAFT not in PUBLIC
