"""What each phase allows, in one sentence with its date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participatory.core.clock import now
from participatory.rounds.models import Round
from participatory.rounds.policy import date_fault, must_be_in, new_date_fault, phase_refusal
from participatory.rounds.rules import DATED, Calendar, Phase, calendar_fault
from participatory.web.filters import refusal
from tests.factories import dates_in, make_round

START = datetime(2026, 9, 1, 6, tzinfo=UTC)
DATES = {phase: START + timedelta(days=20 * i) for i, phase in enumerate(DATED)}
ROUND = Round(title="", slug="", **{f"{phase.value}_at": moment for phase, moment in DATES.items()})


@pytest.mark.parametrize("phase", list(Phase))
def test_a_deed_of_the_present_phase_is_possible(phase):
    moment = START - timedelta(days=1) if phase is Phase.DRAFT else DATES[phase]
    assert phase_refusal(ROUND, phase, moment) is None


@pytest.mark.parametrize("phase", DATED)
def test_too_early_says_when_it_opens(phase):
    found = phase_refusal(ROUND, phase, DATES[phase] - timedelta(seconds=1))
    assert found is not None
    assert found.values == {"start": DATES[phase]}


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DELIVERY])
def test_too_late_says_since_when(phase):
    ends = ROUND.calendar.ends(phase)
    found = phase_refusal(ROUND, phase, ends)
    assert found is not None
    assert found.values == {"end": ends}


def test_between_two_phases_of_a_deed_the_next_opening_is_given():
    found = must_be_in(ROUND, {Phase.SUBMISSION, Phase.VOTING}, DATES[Phase.REVIEW])
    assert found is not None
    assert found.values == {"start": DATES[Phase.VOTING]}


def test_a_deed_without_a_phase_is_a_mistake_of_the_code():
    with pytest.raises(ValueError, match="one phase"):
        must_be_in(ROUND, (), START)


def test_the_sentence_gives_the_date_in_paris(app):
    with app.test_request_context("/"):
        words = refusal(phase_refusal(ROUND, Phase.SUBMISSION, DATES[Phase.REVIEW]))
    assert "Le dépôt des projets est clos depuis le dimanche 11 octobre 2026" in words
    assert words.endswith("(heure de Paris).")


def test_two_phases_at_the_same_instant_make_no_calendar():
    found = calendar_fault({**DATES, Phase.VOTING: DATES[Phase.REVIEW]})
    assert found is not None
    assert found.field == "voting"


def test_a_begun_phase_keeps_its_date():
    moment = DATES[Phase.REVIEW]
    found = date_fault(ROUND.calendar, {**DATES, Phase.SUBMISSION: DATES[Phase.SUBMISSION] + timedelta(1)}, moment)
    assert found is not None
    assert found.field == "submission"


def test_a_phase_to_come_cannot_be_put_in_the_past():
    moment = DATES[Phase.REVIEW] + timedelta(days=10)
    found = date_fault(ROUND.calendar, {**DATES, Phase.VOTING: moment - timedelta(days=1)}, moment)
    assert found is not None
    assert found.field == "voting"


def test_an_open_vote_closes_when_it_said():
    moment = DATES[Phase.VOTING] + timedelta(days=1)
    found = date_fault(ROUND.calendar, {**DATES, Phase.CONTROL: DATES[Phase.CONTROL] + timedelta(days=7)}, moment)
    assert found is not None
    assert found.field == "control"


def test_results_may_wait_while_the_vote_is_open():
    moment = DATES[Phase.VOTING] + timedelta(days=1)
    assert date_fault(ROUND.calendar, {**DATES, Phase.RESULTS: DATES[Phase.RESULTS] + timedelta(1)}, moment) is None


def test_only_the_announcement_of_a_new_round_may_be_past():
    assert new_date_fault(DATES, DATES[Phase.ANNOUNCEMENT] + timedelta(days=1)) is None
    found = new_date_fault(DATES, DATES[Phase.SUBMISSION])
    assert found is not None
    assert found.field == "submission"


@pytest.mark.parametrize("phase", list(Phase))
def test_the_factories_put_a_round_in_its_phase(app, phase):
    assert make_round(phase).phase(now()) is phase
    assert Calendar(**{name.removesuffix("_at"): at for name, at in dates_in(phase).items()}).phase_at(now()) is phase
