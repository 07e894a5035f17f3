"""What an association may decide, and what it must say for it."""

from datetime import timedelta

import pytest

from participatory.core.clock import now
from participatory.core.labels import label
from participatory.moderation.rules import (
    ARTICLES,
    EXPECTED_DELAY,
    TARGETS,
    TEXT_MAX,
    Judgement,
    Outcome,
    Reason,
    amount_checks,
    is_late,
    judgement_fault,
    theme_holds,
    version_fault,
)
from participatory.proposals.rules import MOVES, State
from participatory.rounds.rulebook import Theme
from tests.factories import RULEBOOK

SENTENCE = "Le plan de financement ne dit pas qui prête le local."


def test_an_admission_needs_neither_reason_nor_text():
    assert judgement_fault(Judgement(Outcome.ADMIT, None, "", 1)) is None


@pytest.mark.parametrize("outcome", [Outcome.ASK_CHANGES, Outcome.REFUSE])
def test_anything_else_needs_a_reason_of_the_rulebook(outcome):
    fault = judgement_fault(Judgement(outcome, None, SENTENCE, 1))
    assert fault is not None
    assert fault.field == "reason"


@pytest.mark.parametrize("outcome", [Outcome.ASK_CHANGES, Outcome.REFUSE])
@pytest.mark.parametrize("text", ["", "Non.", "a" * 19, "a" + " " * 40, "a\n" * 9])
def test_anything_else_needs_a_sentence_of_twenty_signs(outcome, text):
    fault = judgement_fault(Judgement(outcome, Reason.INCOMPLETE, text, 1))
    assert fault is not None
    assert fault.field == "text"
    assert "20 signes" in str(fault)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_text_longer_than_the_limit_is_refused_whatever_the_outcome(outcome):
    fault = judgement_fault(Judgement(outcome, Reason.INCOMPLETE, "a" * (TEXT_MAX + 1), 1))
    assert fault is not None
    assert fault.field == "text"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_leads_where_a_submitted_proposal_may_go(outcome):
    assert TARGETS[outcome] in MOVES[State.SUBMITTED]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_label_and_an_article_of_the_published_rulebook(reason):
    assert label(reason)
    assert ARTICLES[reason].anchor in {"enveloppe", "themes", "examen"}


def test_a_decision_on_an_older_version_is_refused_and_names_the_new_one():
    assert version_fault(2, 2) is None
    fault = version_fault(1, 2)
    assert fault is not None
    assert "n° 2" in str(fault)


def test_amounts_are_compared_with_the_floor_and_the_ceiling():
    assert [bool(check.fault) for check in amount_checks(10_000_00, RULEBOOK)] == [False, False]
    assert [bool(check.fault) for check in amount_checks(RULEBOOK.project_min_cents - 1, RULEBOOK)] == [True, False]
    assert [bool(check.fault) for check in amount_checks(RULEBOOK.project_max_cents + 1, RULEBOOK)] == [False, True]


def test_a_theme_must_be_one_of_the_round():
    book = RULEBOOK.changed(themes=(Theme.FOOD,))
    assert theme_holds(Theme.FOOD, book)
    assert not theme_holds(Theme.SPORT, book)
    assert not theme_holds(None, book)


def test_an_author_has_waited_too_long_after_the_expected_delay():
    moment = now()
    assert not is_late(moment - EXPECTED_DELAY, moment)
    assert is_late(moment - EXPECTED_DELAY - timedelta(seconds=1), moment)
