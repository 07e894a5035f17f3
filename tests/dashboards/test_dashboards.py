"""The way of projects in figures: each counted once, screening beside the vote, nothing told before its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.dashboards.queries import chosen_in, waiting_in
from participatory.dashboards.rules import Course, Fate, Part, Passage, Step, delays, funnel
from participatory.identity.rules import Role
from participatory.moderation.rules import Reason
from participatory.proposals.models import Move
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, sign_in

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def course(state, *passages, reason=None, chosen=None, cents=1_000_00):
    return Course(state, cents, tuple(Passage(target, START + day * DAY) for target, day in passages), reason, chosen)


def test_each_project_is_counted_once_and_the_vote_stands_beside_screening():
    courses = [
        course(State.FEASIBLE, chosen=True),
        course(State.FEASIBLE, chosen=False, cents=5_00),
        course(State.REFUSED, reason=Reason.OFF_TOPIC, chosen=False),
        course(State.REFUSED_FINALLY, reason=Reason.OFF_TOPIC, chosen=False),
        course(State.UNFEASIBLE, chosen=False),
        course(State.CHANGES_REQUESTED, chosen=False),
        course(State.WITHDRAWN, chosen=False),
    ]
    found = funnel(courses, vote_has_opened=True)
    assert found.submitted.number == len(courses)
    assert found.screened.number == 4
    assert found.part(Fate.NOT_CHOSEN) == Part(1, 5_00)
    assert found.on_ballot.number == 2
    assert found.reasons == {Reason.OFF_TOPIC: 2}
    assert found.decisiveness == Fraction(1, 5)


def test_before_the_result_the_vote_has_decided_nothing_and_what_is_asked_for_may_still_come():
    found = funnel([course(State.FEASIBLE), course(State.CHANGES_REQUESTED)], vote_has_opened=False)
    assert (found.decided, found.decisiveness, found.screened.number) == (False, None, 0)
    assert found.part(Fate.CHANGES).number == 1


def test_a_round_in_which_nothing_stopped_has_no_share_to_tell():
    assert funnel([course(State.FEASIBLE, chosen=True)], vote_has_opened=True).decisiveness is None
    assert funnel([], vote_has_opened=True).submitted == Part(0, 0)


def test_every_state_of_a_submitted_project_has_a_fate():
    for state in set(State) - {State.DRAFT}:
        assert funnel([course(state)], vote_has_opened=False).submitted.number == 1


def test_a_step_is_measured_from_the_last_submission_to_the_answer():
    again = course(
        State.FEASIBLE,
        (State.SUBMITTED, 0), (State.CHANGES_REQUESTED, 2), (State.SUBMITTED, 10), (State.SUBMITTED, 11),
        (State.ADMITTED, 14), (State.FEASIBLE, 24),
    )  # fmt: skip
    appealed = course(State.REFUSED_FINALLY, (State.SUBMITTED, 0), (State.REFUSED, 1), (State.APPEALED, 5),
                      (State.REFUSED_FINALLY, 9))  # fmt: skip
    waiting = course(State.SUBMITTED, (State.SUBMITTED, 0))
    found = {each.step: each for each in delays([again, appealed, waiting])}
    assert (found[Step.MODERATION].number, found[Step.MODERATION].median_days, found[Step.MODERATION].longest_days) == (
        3, 2, 3,
    )  # fmt: skip
    assert found[Step.APPRAISAL].median_days == 10
    assert found[Step.APPEAL].median_days == 4
    assert delays([waiting]) == []


@pytest.fixture
def round_(app):
    return make_round(Phase.REVIEW)


def moved(proposal, target, days_ago):
    with transaction():
        db.session.add(
            Move(proposal_id=proposal.id, source="draft", target=target.value, actor="x", version=1,
                 at=now() - days_ago * DAY)
        )  # fmt: skip


def test_what_waits_longer_than_the_rulebook_promises_is_late(round_):
    for days in (1, 8):
        moved(make_proposal(round_, state=State.SUBMITTED), State.SUBMITTED, days)
    moved(make_proposal(round_, state=State.ADMITTED), State.ADMITTED, 30)
    found = {each.state: each for each in waiting_in(round_, now())}
    assert (found[State.SUBMITTED].number, found[State.SUBMITTED].late) == (2, 1)
    assert (found[State.ADMITTED].number, found[State.ADMITTED].late) == (1, 0)


def test_the_public_page_counts_all_and_names_no_project(round_, client):
    make_proposal(round_, state=State.SUBMITTED, title="Encore secret")
    make_proposal(round_, state=State.UNFEASIBLE, title="Trop cher")
    make_proposal(round_, state=State.DRAFT, title="Brouillon")
    address = f"/budgets/{round_.slug}/du-depot-au-vote"
    text = client.get(address).text
    assert "Du dépôt au vote" in text
    assert not any(title in text for title in ("Encore secret", "Trop cher", "Brouillon"))
    data = client.get(f"{address}.json").json
    assert (data["submitted"], data["screened_out"], data["stopped_by_the_vote"]) == (2, 1, None)
    rows = client.get(f"{address}.csv").text.splitlines()
    assert rows[0] == "fate,reason,number,cents"
    assert any(row.startswith("unfeasible,,1,") for row in rows)


def test_nothing_is_told_of_the_vote_before_it_is_published(app, client):
    round_ = make_round(Phase.CONTROL)
    make_proposal(round_, state=State.FEASIBLE)
    assert chosen_in(round_, now()) is None
    assert client.get(f"/budgets/{round_.slug}/du-depot-au-vote.json").json["decided"] is False
    assert "n’a pas encore dit" in client.get(f"/budgets/{round_.slug}/du-depot-au-vote").text


def test_before_the_submission_there_is_no_such_page(app, client):
    for phase in (Phase.DRAFT, Phase.ANNOUNCEMENT):
        assert client.get(f"/budgets/{make_round(phase).slug}/du-depot-au-vote").status_code == 404


def test_the_region_sees_what_waits_and_others_do_not(round_, client):
    moved(make_proposal(round_, state=State.SUBMITTED), State.SUBMITTED, 9)
    officer = make_person(name="Agente", roles=[Role.OFFICER])
    sign_in(client, officer)
    assert round_.title in client.get("/gestion/tableau-de-bord").text
    assert "En retard" in client.get(f"/gestion/budgets/{round_.slug}/tableau-de-bord").text
    student = app_client(client)
    sign_in(student, make_person(name="Étudiante"))
    assert student.get(f"/gestion/budgets/{round_.slug}/tableau-de-bord").status_code == 403


def app_client(client):
    return client.application.test_client()


def test_an_association_sees_what_it_carries_and_only_once_it_is_public(round_, client):
    held = make_association("Les Vergers")
    member = make_person(name="Membre", association=held)
    for state, title in ((State.ADMITTED, "Un verger"), (State.SUBMITTED, "Une ruche")):
        project = make_proposal(round_, state=state, title=title)
        with transaction():
            project.association_id = held.id
    sign_in(client, member)
    text = client.get("/mon-association").text
    assert "Un verger" in text
    assert "Une ruche" not in text
    assert "Ouvrir la file" not in text


def test_who_has_no_association_is_told_where_to_say_which(app, client):
    sign_in(client, make_person(name="Sans"))
    assert "n’est lié à aucune association" in client.get("/mon-association").text
