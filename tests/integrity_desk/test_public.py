"""The public page of integrity: words before the closing, figures after it, never a site, never a choice."""

from __future__ import annotations

import re

import pytest

from participatory.ballots.models import UrnState, VoteStep
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import AssessmentPass, CaseBallot, SuspectCase
from participatory.integrity_desk.reporting import Typed, receive
from participatory.integrity_desk.rules import BallotState, CaseState
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_round, move_round, sign_in

BEFORE = (Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING)
STATES = (
    BallotState.CONFIRMED,
    BallotState.CONFIRMED,
    BallotState.SET_ASIDE,
    BallotState.RESTORED,
    BallotState.QUARANTINED,
)


def page_of(client, round_, suffix=""):
    return client.get(f"/budgets/{round_.slug}/integrite{suffix}")


def observed(round_, events=4321):
    """Two passes; a case of five ballots at Albi, and one that an officer dismissed."""
    moment = now()
    common = {"round_id": round_.id, "act": Act.BALLOT.value, "first_at": moment, "last_at": moment, "seen": []}
    with transaction():
        for number in (1, 2):
            db.session.add(
                AssessmentPass(round_id=round_.id, act=Act.BALLOT.value, number=number, at=moment, events=events,
                               flagged=5, cases=2, seconds=1.5, full=number == 2, parameters="")
            )  # fmt: skip
        cases = [
            SuspectCase(key=key, state=state.value, weight=8.0, size=size, sites=["albi"], opened_at=moment,
                        assessed_at=moment, **common)
            for key, state, size in (("one", CaseState.QUARANTINED, 5), ("two", CaseState.DISMISSED, 0))
        ]  # fmt: skip
        db.session.add_all(cases)
        db.session.flush()
        for number, state in enumerate(STATES, 1):
            db.session.add(
                CaseBallot(id=f"{number:032x}", round_id=round_.id, case_id=cases[0].id, number=number,
                           key=f"slot-{number}", score=6.0, families={"device": 6.0}, at=moment, site="albi",
                           network="campus:albi-1", network_kind="campus", device="d" * 64, client="Firefox",
                           state=state.value)
            )  # fmt: skip


def publish(round_):
    with transaction():
        db.session.add(
            VoteStep(
                round_id=round_.id,
                state=UrnState.PUBLISHED.value,
                at=now(),
                first_by="a",
                second_by="b",
                figures={},
            )
        )


@pytest.mark.parametrize("phase", BEFORE)
def test_before_the_closing_the_page_explains_and_counts_nothing(client, phase):
    round_ = make_round(phase)
    observed(round_)
    page = page_of(client, round_)
    assert page.status_code == 200
    assert "Ce qui est regardé" in page.text
    assert "Ce qui ne l’est jamais" in page.text
    assert 'id="chiffres"' not in page.text
    assert "4321" not in page.text
    assert "Valeur d’origine" not in page.text
    assert page_of(client, round_, ".json").status_code == 409
    assert page_of(client, round_, "/engagement.txt").status_code == 409


def test_not_even_those_who_conduct_the_vote_read_figures_here_before_the_closing(client):
    round_ = make_round(Phase.VOTING)
    observed(round_)
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert page_of(client, round_, ".json").status_code == 409
    assert 'id="chiffres"' not in page_of(client, round_).text


def test_after_the_closing_it_tells_what_became_of_what_was_flagged(client):
    round_ = make_round(Phase.VOTING)
    observed(round_)
    move_round(round_, Phase.CONTROL)
    document = page_of(client, round_, ".json").get_json()
    figures = document["figures"]
    assert (figures["confirmed"], figures["set_aside"], figures["restored"], figures["quarantined"]) == (2, 1, 1, 1)
    assert (figures["cases"], figures["dismissed"], document["passes"]) == (2, 1, 2)
    assert (figures["appeals"], figures["reports"]) == (0, 0)
    page = page_of(client, round_).text
    assert 'id="chiffres"' in page
    assert "sha256sum" not in page
    assert "1 bulletin attend encore" in page


def test_how_many_ballots_were_looked_at_waits_for_the_result(client):
    round_ = make_round(Phase.VOTING)
    observed(round_)
    move_round(round_, Phase.RESULTS)
    assert page_of(client, round_, ".json").get_json()["ballots_looked_at"] is None
    assert "4 321" not in re.sub(r"[\u202f\u00a0]", " ", page_of(client, round_).text)
    publish(round_)
    assert page_of(client, round_, ".json").get_json()["ballots_looked_at"] == 4321
    assert "4 321 bulletins ont été regardés" in re.sub(r"[\u202f\u00a0]", " ", page_of(client, round_).text)


def test_no_page_tells_a_site_a_network_a_device_or_a_slot(client):
    round_ = make_round(Phase.VOTING)
    observed(round_)
    move_round(round_, Phase.RESULTS)
    publish(round_)
    for suffix in ("", ".json"):
        text = page_of(client, round_, suffix).text
        assert not re.search(r"albi|campus:|dddd|slot-|Firefox", text, re.IGNORECASE)


def test_figures_of_reports_and_appeals_outlive_what_goes_with_the_roll(app, client):
    round_, other = make_round(Phase.RESULTS), make_round(Phase.RESULTS)
    typed = Typed("a" * 32, "Une personne votait pour d’autres.", "", "", "", "fr")
    with transaction():
        report = receive(round_, typed, now(), "/s/{number}")
        record(Verb.SETTING_ASIDE_APPEALED, "system", now(), round=round_.public_id, case="abc")
    with transaction():
        db.session.delete(report)
    figures = [page_of(client, each, ".json").get_json()["figures"] for each in (round_, other)]
    assert [(each["reports"], each["appeals"]) for each in figures] == [(1, 1), (0, 0)]


def test_a_round_that_saw_nothing_says_so(client):
    round_ = make_round(Phase.RESULTS)
    page = page_of(client, round_)
    assert page.status_code == 200
    assert "Aucun bulletin n’a été mis à l’écart" in page.text


def test_an_election_from_elsewhere_and_a_draft_have_no_such_page(client):
    imported, draft = make_round(Phase.RESULTS), make_round(Phase.DRAFT)
    with transaction():
        imported.origin = "Pabulib"
    for round_ in (imported, draft):
        for suffix in ("", ".json", "/engagement.txt"):
            assert page_of(client, round_, suffix).status_code == 404
    assert "/integrite" not in client.get(f"/budgets/{imported.slug}").text
    assert client.get("/budgets/inconnu/integrite").status_code == 404


def test_the_page_is_reached_from_that_of_the_round_and_leads_to_the_report(client):
    round_ = make_round(Phase.VOTING)
    assert f"/budgets/{round_.slug}/integrite" in client.get(f"/budgets/{round_.slug}").text
    assert f"/signaler-une-anomalie?budget={round_.slug}" in page_of(client, round_).text
    assert "/signaler-une-anomalie" in client.get("/").text
    assert "/signaler-une-anomalie" in client.get("/aide").text
    sign_in(client, make_person())
    for page in ("vote", "vote/recu"):
        assert f"/signaler-une-anomalie?budget={round_.slug}" in client.get(f"/budgets/{round_.slug}/{page}").text


def test_the_title_of_a_round_is_shown_as_text(client):
    round_ = make_round(Phase.CONTROL, title="<script>alert(1)</script> & {{ 7*7 }}")
    for path in (f"/budgets/{round_.slug}/integrite", "/signaler-une-anomalie"):
        page = client.get(path).text
        assert "<script>alert" not in page
