"""Changing a round before its vote, and what stays closed to everybody afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rounds.actions import edit_round, set_calendar, shift_calendar
from participatory.rounds.drafts import Draft
from participatory.rounds.models import Round
from participatory.rounds.rules import DATED, Phase, Texts
from tests.factories import make_person, make_round, sign_in
from tests.rounds.forms import shown, typed_date


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def dates_of(round_: Round) -> dict:
    return {phase: round_.calendar.starts(phase) for phase in DATED}


def draft_of(round_: Round, summary: str = "Autre résumé.") -> Draft:
    return Draft(Texts(round_.title, summary, ""), dates_of(round_), round_.rulebook, seen=round_.mark)


def test_saving_without_a_change_leaves_no_trace(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    answer = client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_))
    assert answer.status_code == 303
    assert verbs() == []
    assert len(db.session.get(Round, round_.id).versions) == 1
    assert "Rien n’a changé" in client.get(answer.location).text


def test_a_text_changes_and_the_deed_names_it(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, summary="Un nouveau résumé."))
    assert db.session.get(Round, round_.id, populate_existing=True).summary == "Un nouveau résumé."
    assert verbs() == ["round.changed"]


def test_a_rule_changes_into_a_new_version_with_its_reason(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, ballot_max="5", note="Plus de choix."))
    held = db.session.get(Round, round_.id, populate_existing=True)
    assert [version.version for version in held.versions] == [1, 2]
    assert held.rulebook.ballot_max == 5
    assert held.rulebook.tie_seed == held.versions[0].rulebook.tie_seed
    assert held.current_version.note == "Plus de choix."
    assert verbs() == ["rulebook.adopted"]


def test_a_rule_does_not_change_without_a_reason(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    answer = client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, ballot_max="5"))
    assert answer.status_code == 422
    assert 'href="#note"' in answer.text
    assert 'value="5"' in answer.text
    assert verbs() == []


def test_a_date_to_come_moves_and_the_deed_gives_it(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    later = round_.results_at + timedelta(days=3)
    client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, results=typed_date(later)))
    assert typed_date(db.session.get(Round, round_.id, populate_existing=True).results_at) == typed_date(later)
    assert verbs() == ["round.calendar_changed"]


def test_a_phase_that_has_begun_keeps_its_date(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    earlier = typed_date(round_.submission_at - timedelta(days=1))
    answer = client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, submission=earlier))
    assert answer.status_code == 422
    assert 'href="#submission"' in answer.text
    assert earlier in answer.text


@pytest.mark.parametrize("phase", [Phase.VOTING, Phase.CONTROL, Phase.DELIVERY])
def test_nothing_of_the_vote_changes_once_it_has_opened(client, officer, phase):
    round_ = make_round(phase)
    answer = client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, ballot_max="9", note="Trop tard ?"))
    assert answer.status_code == 409
    assert "gelés" in answer.text
    assert "Trop tard ?" in answer.text.replace("\u202f", " ")
    assert verbs() == []


def test_an_administrator_does_not_outrank_the_phase(client):
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    round_ = make_round(Phase.VOTING)
    assert client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, title="Autre")).status_code == 409


def test_results_may_be_put_off_while_the_vote_is_open(client, officer):
    round_ = make_round(Phase.VOTING)
    later = typed_date(round_.results_at + timedelta(days=2))
    page = client.get(f"/gestion/budgets/{round_.slug}").text
    assert "Dates qui peuvent encore changer" in page
    data = {"results": later, "delivery": typed_date(round_.delivery_at)}
    assert client.post(f"/gestion/budgets/{round_.slug}/fin", data=data).status_code == 303
    assert typed_date(db.session.get(Round, round_.id, populate_existing=True).results_at) == later
    assert verbs() == ["round.calendar_changed"]


def test_results_cannot_come_before_the_vote_closes(client, officer):
    round_ = make_round(Phase.VOTING)
    data = {"results": typed_date(round_.control_at), "delivery": typed_date(round_.delivery_at)}
    answer = client.post(f"/gestion/budgets/{round_.slug}/fin", data=data)
    assert answer.status_code == 422
    assert verbs() == []


def test_an_imported_round_is_read_only(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    with transaction():
        round_.origin = "Pabulib"
    assert client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, title="Autre")).status_code == 409
    data = {"results": typed_date(round_.results_at), "delivery": typed_date(round_.delivery_at)}
    assert client.post(f"/gestion/budgets/{round_.slug}/fin", data=data).status_code == 409
    assert "il ne se modifie pas" in client.get(f"/gestion/budgets/{round_.slug}").text


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,)])
def test_others_neither_see_nor_do_any_of_it(client, roles):
    round_ = make_round(Phase.SUBMISSION)
    sign_in(client, make_person(roles=roles))
    paths = ("/gestion", "/gestion/budgets/nouveau", f"/gestion/budgets/{round_.slug}")
    assert {client.get(path).status_code for path in paths} == {403}
    posts = ("/gestion/budgets/nouveau", f"/gestion/budgets/{round_.slug}", f"/gestion/budgets/{round_.slug}/fin")
    assert {client.post(path, data=shown(round_)).status_code for path in posts} == {403}
    assert verbs() == []


@pytest.mark.parametrize(("role", "offered"), [(Role.OFFICER, True), (Role.ADMINISTRATOR, False)])
def test_the_count_is_offered_to_officers_alone(client, role, offered):
    round_ = make_round(Phase.CONTROL)
    sign_in(client, make_person(roles=(role,)))
    for page in ("/gestion", f"/gestion/budgets/{round_.slug}"):
        assert ("/depouillement" in client.get(page).text) is offered


def test_the_deed_itself_refuses_whoever_does_not_conduct(app):
    round_, student = make_round(Phase.SUBMISSION), make_person()
    for deed in (
        lambda: edit_round(round_, draft_of(round_), student, now()),
        lambda: set_calendar(round_, dates_of(round_), student, now()),
    ):
        with pytest.raises(Refusal) as found, transaction():
            deed()
        assert found.value.kind is Kind.FORBIDDEN


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_unseen(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    stale = shown(round_, summary="Le mien.")
    client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, summary="Le sien."))
    answer = client.post(f"/gestion/budgets/{round_.slug}", data=stale)
    assert answer.status_code == 409
    assert "Une autre personne a modifié ce budget" in answer.text
    assert "Le mien." in answer.text
    held = db.session.get(Round, round_.id, populate_existing=True)
    assert held.summary == "Le sien."
    assert held.mark in answer.text


def test_of_two_editors_at_the_same_instant_one_is_told(app_on_each_database):
    app = app_on_each_database
    round_, officer = make_round(Phase.SUBMISSION), make_person(roles=(Role.OFFICER,))
    drafts = [draft_of(round_, f"Résumé {number}.") for number in range(4)]
    start = Barrier(len(drafts))

    def edit(draft: Draft) -> bool:
        with app.app_context():
            held = db.session.get(Round, round_.id)
            start.wait()
            try:
                with transaction():
                    edit_round(held, draft, officer, now())
            except Refusal:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(len(drafts)) as pool:
        done = list(pool.map(edit, drafts))
    assert done.count(True) == 1
    db.session.rollback()
    assert verbs() == ["round.changed"]


def test_the_demonstration_may_shift_the_past_and_says_so(app):
    round_ = make_round(Phase.SUBMISSION)
    earlier = {phase: moment - timedelta(days=40) for phase, moment in dates_of(round_).items()}
    with transaction():
        shift_calendar(round_, earlier, now())
    assert round_.phase(now()) is Phase.VOTING
    assert verbs() == ["round.calendar_changed"]


def test_the_form_keeps_dates_that_nobody_touched_to_the_second(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    before = dates_of(round_)
    client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, title="Un autre titre"))
    assert dates_of(db.session.get(Round, round_.id, populate_existing=True)) == before
