"""The public pages of rounds: what is offered in each phase, and at what cost."""

from __future__ import annotations

from datetime import UTC

import pytest
from icalendar import Calendar as Agenda

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.identity.rules import Role
from participatory.proposals.rules import State
from participatory.rounds.queries import current_round, rounds_by_time
from participatory.rounds.rules import DATED, Phase
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in

BUTTONS = {
    Phase.ANNOUNCEMENT: ("Lire le règlement", "/reglement"),
    Phase.SUBMISSION: ("Proposer un projet", "/projets/nouveau"),
    Phase.REVIEW: ("Voir les projets", "/projets"),
    Phase.VOTING: ("Voter", "/vote"),
    Phase.CONTROL: ("Voir les projets", "/projets"),
    Phase.RESULTS: ("Voir les résultats", "/resultats"),
    Phase.DELIVERY: ("Voir les résultats", "/resultats"),
}


@pytest.mark.parametrize("phase", DATED)
def test_one_main_button_follows_the_phase(client, phase):
    round_ = make_round(phase)
    text = client.get(f"/budgets/{round_.slug}").text
    label, path = BUTTONS[phase]
    assert text.count("btn--plein") == 1
    button = text[text.index("btn--plein") :].split("</a>")[0]
    assert f'href="/budgets/{round_.slug}{path}"' in button
    assert label in button


@pytest.mark.parametrize("phase", DATED)
def test_dates_are_given_in_paris(client, phase):
    assert "heure de Paris" in client.get(f"/budgets/{make_round(phase).slug}").text


@pytest.mark.parametrize("path", ["", "/reglement", "/reglement.json", "/calendrier.ics"])
def test_a_round_that_does_not_exist_is_not_found(client, path):
    assert client.get(f"/budgets/nulle-part{path}").status_code == 404


def test_what_a_person_wrote_is_shown_as_text(client):
    round_ = make_round()
    with transaction():
        round_.description = "<img src=x onerror=alert(1)> **gras** [lien](javascript:alert(1))"
    text = client.get(f"/budgets/{round_.slug}").text
    assert "<img src=x" not in text
    assert 'href="javascript:' not in text
    assert "<strong>gras</strong>" in text


def test_the_list_has_a_constant_number_of_queries(client, count_queries):
    make_round(Phase.VOTING)
    with count_queries() as few:
        client.get("/budgets")
    for phase in (*DATED, *DATED):
        make_round(phase)
    with count_queries() as many:
        assert client.get("/budgets").text.count('class="edition"') == 15
    assert len(many.statements) == len(few.statements)


def test_the_working_list_has_a_constant_number_of_queries(client, count_queries):
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    first = make_round(Phase.VOTING)
    make_proposal(first)
    with count_queries() as few:
        client.get("/gestion")
    for phase in DATED:
        round_ = make_round(phase)
        make_proposal(round_, State.SUBMITTED)
        add_voter(round_, make_person())
    with count_queries() as many:
        text = client.get("/gestion").text
    assert len(many.statements) == len(few.statements)
    assert "en modération" in text
    assert "personne inscrite" in text


def test_a_vote_comes_before_all_else(app):
    make_round(Phase.ANNOUNCEMENT)
    make_round(Phase.RESULTS)
    vote = make_round(Phase.VOTING)
    make_round(Phase.SUBMISSION)
    assert current_round(now()) is vote


def test_an_imported_election_is_never_the_present_round(app):
    round_ = make_round(Phase.RESULTS)
    with transaction():
        round_.origin = "Pabulib"
    assert current_round(now()) is None


def test_rounds_are_sorted_by_what_they_are_now(app):
    found = {phase: make_round(phase) for phase in Phase}
    shelves = rounds_by_time(now())
    assert [round_.phase(now()) for round_ in shelves.current] == [
        Phase.VOTING,
        Phase.SUBMISSION,
        Phase.CONTROL,
        Phase.REVIEW,
    ]
    assert shelves.coming == [found[Phase.ANNOUNCEMENT]]
    assert {round_.phase(now()) for round_ in shelves.past} == {Phase.RESULTS, Phase.DELIVERY}


def test_the_number_of_projects_on_the_ballot_is_said(client):
    round_ = make_round()
    for state in (State.FEASIBLE, State.FEASIBLE, State.REFUSED, State.DRAFT):
        make_proposal(round_, state)
    text = client.get(f"/budgets/{round_.slug}").text
    assert "projets au vote" in text
    assert f'<a href="/budgets/{round_.slug}/projets">2</a>' in text


def events(client, round_) -> dict[str, object]:
    answer = client.get(f"/budgets/{round_.slug}/calendrier.ics")
    assert answer.mimetype == "text/calendar"
    return {str(event["UID"]): event for event in Agenda.from_ical(answer.data).walk("VEVENT")}


def test_the_calendar_file_may_hold_one_phase_alone(client):
    round_ = make_round(Phase.VOTING)
    file = Agenda.from_ical(client.get(f"/budgets/{round_.slug}/calendrier.ics?phase=results").data)
    assert [event.start.astimezone(UTC) for event in file.events] == [round_.results_at.replace(microsecond=0)]


def test_the_calendar_file_has_one_event_per_phase_at_the_right_instants(client):
    round_ = make_round()
    found = list(events(client, round_).values())
    assert len(found) == len(DATED)
    for phase, event in zip(DATED, found, strict=True):
        assert event.start.astimezone(UTC) == round_.calendar.starts(phase).replace(microsecond=0)
        ends = round_.calendar.ends(phase) or round_.calendar.starts(phase)
        assert event.end.astimezone(UTC) == ends.replace(microsecond=0)


def test_events_keep_their_identifiers_when_dates_move(client):
    round_ = make_round(Phase.ANNOUNCEMENT)
    before = events(client, round_)
    move_round(round_, Phase.VOTING)
    after = events(client, round_)
    assert set(before) == set(after)
    assert all(before[uid].start != after[uid].start for uid in before)


def test_the_pages_of_a_frozen_round_open_for_its_officer(client):
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    for phase in DATED:
        round_ = make_round(phase)
        assert client.get(f"/gestion/budgets/{round_.slug}").status_code == 200
        assert "Gérer ce budget" in client.get(f"/budgets/{round_.slug}").text
