"""Submitting, by one person or twice at once, and taking back."""

import threading

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.proposals.actions import Stamp, locked, move, stamp_of, submit
from participatory.proposals.models import Move, Proposal
from participatory.proposals.rules import State
from participatory.proposals.written import content_of
from participatory.rounds.rules import Phase
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in
from tests.proposals.conftest import stamps, typed


@pytest.fixture
def draft(round_, author):
    return make_proposal(round_, State.DRAFT, author=author)


def read(proposal):
    db.session.expire_all()
    return db.session.get(Proposal, proposal.id)


def deposit(student, proposal, **changes):
    marks = stamps(student.get(f"/projets/{proposal.slug}/modifier").text)
    return student.post(f"/projets/{proposal.slug}/deposer", data=typed(**marks) | changes)


def deeds():
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def test_submitting_gives_the_project_its_address_and_its_place_in_the_queue(student, draft, author):
    answer = deposit(student, draft)
    done = read(draft)
    assert answer.status_code == 303
    assert answer.location == "/projets/une-cuisine-partagee"
    assert (done.state, done.version) == (State.SUBMITTED, 1)
    assert [(each.source, each.target, each.actor) for each in done.moves] == [("draft", "submitted", author.public_id)]
    assert deeds() == ["proposal.submitted"]
    assert "est déposé" in student.get(answer.location).text


def test_the_author_receives_a_letter_with_the_address(app, student, draft, author):
    deposit(student, draft)
    letter = db.session.scalars(sa.select(Letter)).one()
    text = compose(letter)
    assert letter.recipient == author.email
    assert "Une cuisine partagée" in text.subject
    assert f"/projets/{draft.public_id}" in text.body
    assert student.get(f"/projets/{draft.public_id}").location == "/projets/une-cuisine-partagee"


def test_two_projects_of_one_title_have_two_addresses(client, round_):
    found = []
    for _ in range(2):
        person = make_person()
        add_voter(round_, person)
        sign_in(client, person)
        found.append(deposit(client, make_proposal(round_, State.DRAFT, author=person)).location)
    assert len(set(found)) == 2


def test_everything_missing_is_said_at_once_and_what_was_typed_is_kept(student, draft):
    bare = dict.fromkeys(("title", "need", "solution", "theme", "lines-1-quantity", "lines-1-unit"), "")
    answer = deposit(student, draft, **bare, summary="Je l’ai écrit.")
    assert answer.status_code == 422
    for field in ("title", "need", "solution", "theme", "lines-1-quantity", "lines-1-unit"):
        assert f'href="#{field}"' in answer.text, field
        assert f'id="{field}-erreur"' in answer.text, field
    assert "Je l’ai écrit." in answer.text
    kept = read(draft)
    assert (kept.state, kept.summary, kept.version) == (State.DRAFT, "Je l’ai écrit.", 0)
    assert deeds() == []


def test_what_cannot_be_read_and_what_is_missing_are_said_together(student, draft):
    answer = deposit(student, draft, **{"title": "", "lines-0-unit": "cher", "lines-1-label": ""})
    assert answer.status_code == 422
    for field in ("title", "lines-0-unit", "lines-1-label"):
        assert answer.text.count(f'href="#{field}"') >= 1, field
        assert f'id="{field}-erreur"' in answer.text, field
    assert answer.text.partition('class="resume-erreur"')[2].partition("</ul>")[0].count("<li>") == 3


@pytest.mark.parametrize(("unit", "sentence"), [("1", "au moins"), ("15 001", "dépasse de 3")])
def test_the_total_keeps_to_the_rulebook(student, draft, unit, sentence):
    rows = {"lines-0-unit": unit, "lines-1-quantity": "1", "lines-1-unit": "1"}
    answer = deposit(student, draft, **rows)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'href="#lines"' in answer.text


def test_a_project_without_an_expense_is_not_complete(student, draft):
    empty = {f"lines-{row}-{part}": "" for row in (0, 1) for part in ("label", "quantity", "unit")}
    assert "au moins une dépense" in deposit(student, draft, **empty).text


def test_a_theme_outside_the_rulebook_is_refused(student, draft):
    assert deposit(student, draft, theme="warfare").status_code == 422
    assert read(draft).state is State.DRAFT


def test_each_person_submits_at_most_what_the_rulebook_says(student, round_, author, draft):
    make_proposal(round_, State.REFUSED, author=author)
    make_proposal(round_, State.WITHDRAWN, author=author)
    assert deposit(student, draft).status_code == 303
    third = make_proposal(round_, State.DRAFT, author=author)
    both = deposit(student, third, need="")
    assert both.status_code == 422
    assert "limité à 2" in both.text
    assert 'href="#need"' in both.text
    answer = deposit(student, third)
    assert answer.status_code == 409
    assert "limité à 2" in answer.text
    assert "Une cuisine partagée" in answer.text
    assert read(third).state is State.DRAFT


def test_submitting_needs_a_place_on_the_roll(client, round_):
    stranger = make_person()
    sign_in(client, stranger)
    draft = make_proposal(round_, State.DRAFT, author=stranger)
    assert deposit(client, draft).status_code == 403
    assert read(draft).state is State.DRAFT


@pytest.mark.parametrize("phase", [Phase.ANNOUNCEMENT, Phase.REVIEW, Phase.VOTING, Phase.RESULTS])
def test_submitting_out_of_phase_is_refused_with_the_text_kept(student, round_, draft, phase):
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    move_round(round_, phase)
    answer = student.post(f"/projets/{draft.slug}/deposer", data=typed(**marks))
    assert answer.status_code == 409
    assert "Une cuisine partagée" in answer.text
    assert read(draft).state is State.DRAFT


def test_the_same_submission_sent_twice_counts_once(student, draft):
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    # The address of a draft is its identifier, and stays good once the title has made another.
    answers = [student.post(f"/projets/{draft.public_id}/deposer", data=typed(**marks)) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/projets/une-cuisine-partagee"] * 2
    assert read(draft).version == 1
    assert deeds() == ["proposal.submitted"]


def test_a_new_version_is_a_new_submission(student, draft):
    deposit(student, draft)
    answer = deposit(student, read(draft), title="Une cuisine mieux partagée")
    done = read(draft)
    assert answer.location == "/projets/une-cuisine-partagee"
    assert (done.title, done.version, done.state) == ("Une cuisine mieux partagée", 2, State.SUBMITTED)
    assert deeds() == ["proposal.submitted"] * 2
    assert len(list(db.session.scalars(sa.select(Letter)))) == 1


def test_an_incomplete_new_version_leaves_the_submitted_one(student, draft):
    deposit(student, draft)
    assert deposit(student, read(draft), need="").status_code == 422
    assert read(draft).need == "Les repas coûtent cher."


def test_the_author_answers_a_request_for_changes_even_during_review(student, round_, draft):
    deposit(student, draft)
    with transaction():
        move(locked(draft.public_id), State.CHANGES_REQUESTED, "system", now())
    move_round(round_, Phase.REVIEW)
    assert deposit(student, read(draft), need="Voici le besoin.").status_code == 303
    done = read(draft)
    assert (done.state, done.version, done.need) == (State.SUBMITTED, 2, "Voici le besoin.")
    assert student.get(f"/projets/{done.slug}/modifier").status_code == 409


def test_two_submissions_at_once_make_one(app_on_each_database):
    app = app_on_each_database
    round_ = make_round(Phase.SUBMISSION, proposers_on_roll=False)
    author = make_person()
    draft = make_proposal(round_, State.DRAFT, author=author)
    identifier, person, stamp, content = draft.public_id, author.id, Stamp("", stamp_of(draft)), content_of(draft)
    db.session.remove()
    gate, done = threading.Barrier(4), []

    def send():
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    held, me = locked(identifier), db.session.get(Person, person)
                    done.append(submit(held, me, content, stamp, now(), on_roll=True, link="https://ici.example/"))
            except Refusal as refusal:
                done.append(refusal)
            finally:
                db.session.remove()

    together(send, 4)
    assert sorted(done) == [False, False, False, True]
    assert db.session.scalars(sa.select(Proposal.version)).one() == 1
    assert len(list(db.session.scalars(sa.select(Move)))) == 1
    assert deeds() == ["proposal.submitted"]


def test_the_limit_holds_when_several_drafts_are_submitted_at_once(app_on_each_database):
    app = app_on_each_database
    round_ = make_round(Phase.SUBMISSION, proposers_on_roll=False, max_proposals_per_person=1)
    author = make_person()
    drafts = [make_proposal(round_, State.DRAFT, author=author) for _ in range(3)]
    sent = [(each.public_id, Stamp("", stamp_of(each)), content_of(each)) for each in drafts]
    person, waiting, gate, done = author.id, list(sent), threading.Barrier(3), []
    db.session.remove()

    def send():
        identifier, stamp, content = waiting.pop()
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    held, me = locked(identifier), db.session.get(Person, person)
                    submit(held, me, content, stamp, now(), on_roll=True, link="https://ici.example/")
                done.append("submitted")
            except Refusal as refusal:
                done.append(str(refusal))
            finally:
                db.session.remove()

    together(send, 3)
    assert done.count("submitted") == 1
    assert all("limité à 1" in each for each in done if each != "submitted")


def together(deed, times):
    threads = [threading.Thread(target=deed) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_withdrawing_asks_first_then_keeps_a_trace(student, draft):
    deposit(student, draft)
    asked = student.get("/projets/une-cuisine-partagee/retirer")
    assert "Oui, le retirer" in asked.text
    answer = student.post("/projets/une-cuisine-partagee/retirer")
    assert answer.location == "/mes-projets"
    assert read(draft).state is State.WITHDRAWN
    assert deeds() == ["proposal.submitted", "proposal.withdrawn"]
    assert "est retiré" in student.get("/mes-projets").text
    letters = [compose(each).subject for each in db.session.scalars(sa.select(Letter).order_by(Letter.id))]
    assert letters[-1].endswith("est retiré")


def test_withdrawing_twice_is_refused(student, draft):
    assert student.post(f"/projets/{draft.slug}/retirer").status_code == 303
    assert student.post(f"/projets/{draft.slug}/retirer").status_code == 409
    assert deeds() == ["proposal.withdrawn"]


@pytest.mark.parametrize(
    ("state", "phase", "status"),
    [
        (State.DRAFT, Phase.VOTING, 303),
        (State.ADMITTED, Phase.REVIEW, 303),
        (State.FEASIBLE, Phase.REVIEW, 303),
        (State.FEASIBLE, Phase.VOTING, 409),
        (State.FEASIBLE, Phase.RESULTS, 409),
        (State.REFUSED, Phase.REVIEW, 409),
        (State.UNFEASIBLE, Phase.REVIEW, 409),
    ],
)
def test_withdrawing_is_possible_until_people_vote(student, round_, author, state, phase, status):
    project = make_proposal(round_, state, author=author)
    move_round(round_, phase)
    assert student.post(f"/projets/{project.slug}/retirer").status_code == status


def test_no_move_leaves_a_state_that_does_not_lead_there(round_, author):
    project = make_proposal(round_, State.REFUSED, author=author)
    with pytest.raises(Refusal, match="rechargez"), transaction():
        move(locked(project.public_id), State.ADMITTED, "system", now())
    assert read(project).state is State.REFUSED


def test_reloading_the_answer_to_a_submission_leads_back_to_the_form(student, draft):
    assert student.get(f"/projets/{draft.slug}/deposer?lang=en").location == f"/projets/{draft.slug}/modifier"
