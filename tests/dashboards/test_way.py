"""The way of one project, for its authors: what is behind it, where it is, by when it is answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from participatory.proposals.journey import Mile, promised, way
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import RULEBOOK, make_person, make_proposal, make_round, sign_in


def current(state, phase):
    return next((mile for mile, standing in way(state, phase) if standing == "current"), None)


def test_a_project_stands_at_one_stage_of_its_way():
    assert current(State.DRAFT, Phase.SUBMISSION) is Mile.SUBMITTED
    assert current(State.SUBMITTED, Phase.REVIEW) is Mile.MODERATION
    assert current(State.ADMITTED, Phase.REVIEW) is Mile.APPRAISAL
    assert current(State.FEASIBLE, Phase.VOTING) is Mile.VOTE
    assert current(State.FEASIBLE, Phase.CONTROL) is Mile.RESULT
    assert current(State.FEASIBLE, Phase.RESULTS) is None


def test_a_project_that_goes_no_further_has_no_way_left():
    for state in (State.REFUSED, State.REFUSED_FINALLY, State.UNFEASIBLE, State.WITHDRAWN, State.MERGED):
        assert way(state, Phase.REVIEW) is None


def test_an_answer_is_promised_to_what_waits_for_one():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert promised(State.SUBMITTED, at, RULEBOOK) == at + timedelta(days=RULEBOOK.moderation_days)
    assert promised(State.ADMITTED, at, RULEBOOK) is None


def test_the_page_of_ones_projects_shows_the_way_and_the_promise(app, client):
    author = make_person(name="Autrice")
    make_proposal(make_round(Phase.SUBMISSION), state=State.SUBMITTED, author=author)
    sign_in(client, author)
    text = client.get("/mes-projets").text
    assert "Lu par une association" in text
    assert "Réponse promise avant le" in text
