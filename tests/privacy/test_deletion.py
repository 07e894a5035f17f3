"""Deleting an account: what goes, what stays, who may, twice at once, and what comes after."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.core.joining import references
from participatory.identity.models import Person, PersonIdentifier, SignInSession
from participatory.identity.queries import person_by_email
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.moderation.actions import decide
from participatory.moderation.letters import LetterFacts
from participatory.moderation.rules import Judgement, Outcome
from participatory.outbox.models import Letter
from participatory.privacy.actions import WORD, delete_account
from participatory.privacy.holdings import foreseen
from participatory.privacy.models import DeletionRecord
from participatory.privacy.retention import run
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from tests.factories import add_voter, make_association, make_person, make_proposal, make_round, sign_in
from tests.identity.letters import post
from tests.identity.test_races import at_once

PATH = "/mon-compte/supprimer"


def delete(person):
    with transaction():
        delete_account(person, person.email, now(), contact="contact@region.example")


def test_the_page_says_what_goes_and_what_stays_before_anything_happens(client):
    person, voting = make_person(), make_round(Phase.VOTING)
    add_voter(voting, person)
    make_proposal(voting, author=person, title="Projet au vote")
    make_proposal(make_round(Phase.SUBMISSION), State.DRAFT, author=person, title="Brouillon")
    sign_in(client, person)
    text = client.get(PATH).text
    gone, _, kept = text.partition("Ce qui reste, et pourquoi")
    assert "Brouillon" in gone
    assert "Projet au vote" in kept
    assert "Votre ligne sur la liste électorale" in kept
    assert db.session.get(Person, person.id) is not None


@pytest.mark.parametrize("typed", ["", "autre@etu.exemple.example", "moi", "' OR 1=1 --", "x" * 300])
def test_anything_else_than_the_address_deletes_nothing_and_is_given_back(client, typed):
    person = make_person(email="moi@etu.exemple.example")
    sign_in(client, person)
    answer = client.post(PATH, data={"confirmation": typed})
    assert answer.status_code == 422
    assert person_by_email("moi@etu.exemple.example") is not None


def test_without_its_token_the_form_deletes_nothing(app):
    person, browser = make_person(), app.test_client()
    sign_in(browser, person)
    assert browser.post(PATH, data={"confirmation": person.email}).status_code == 400
    assert db.session.get(Person, person.id).email


def test_the_account_goes_and_every_session_with_it(client, app):
    person = make_person(email="moi@etu.exemple.example")
    elsewhere = app.test_client()
    sign_in(elsewhere, person)
    sign_in(client, person)
    assert client.post(PATH, data={"confirmation": " MOI@etu.exemple.example "}).status_code == 303
    assert client.get("/mon-compte").location.startswith("/connexion")
    assert elsewhere.get("/mon-compte").location.startswith("/connexion")
    assert db.session.scalars(sa.select(SignInSession)).all() == []
    db.session.expire_all()
    emptied = db.session.get(Person, person.id)
    assert (emptied.email, emptied.display_name) == (None, "")


def test_a_letter_confirms_it_and_says_what_stays(app):
    person, round_ = make_person(), make_round(Phase.VOTING, title="Budget 2040")
    add_voter(round_, person)
    address = person.email
    delete(person)
    (letter,) = [each for each in post() if each.recipient == address]
    assert "supprimé" in letter.subject
    assert "Budget 2040" in letter.body
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_a_dated_record_stays_and_the_journal_names_a_code_alone(app):
    person = make_person(email="moi@etu.exemple.example", name="Nom à oublier")
    delete(person)
    record = db.session.scalars(sa.select(DeletionRecord)).one()
    assert (record.rule, record.deleted) == ("account", 1)
    entries = db.session.scalars(sa.select(JournalEntry)).all()
    assert entries[-1].verb == "person.deleted"
    assert not any("moi@etu" in each.payload or "oublier" in each.payload for each in entries)
    assert list(faults()) == []


def test_nothing_of_the_person_stays_anywhere_in_the_database(app):
    person = make_person(email="introuvable@etu.exemple.example", name="Introuvable Untel")
    with transaction():
        db.session.add(PersonIdentifier(person_id=person.id, value="ine:" + "c" * 64, source="cas", added_at=now()))
    make_proposal(make_round(Phase.SUBMISSION), State.DRAFT, author=person, title="Brouillon introuvable")
    number, code = person.id, person.public_id
    delete(person)
    post()
    run(now())
    db.session.expire_all()
    assert db.session.get(Person, number) is None
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).all():
            assert "ntrouvable" not in str(row), table.name
            assert "cccccccc" not in str(row), table.name
            assert code not in str(row) or table.name == "journal_entry", table.name


def test_drafts_and_what_no_vote_has_seen_go_and_the_rest_loses_its_name(client):
    person, voting, before = make_person(name="Camille Untel"), make_round(Phase.VOTING), make_round(Phase.REVIEW)
    on_ballot = make_proposal(voting, author=person)
    never_admitted = make_proposal(voting, State.SUBMITTED, author=person)
    admitted = make_proposal(before, State.ADMITTED, author=person)
    delete(person)
    left = db.session.scalars(sa.select(Proposal.id)).all()
    assert left == [on_ballot.id]
    assert never_admitted.id not in left
    assert admitted.id not in left
    text = client.get(f"/projets/{on_ballot.slug}").text
    assert "un ancien compte" in text
    assert "Camille Untel" not in text


def test_decisions_on_a_project_that_goes_go_with_it(app):
    author, round_ = make_person(), make_round(Phase.SUBMISSION)
    moderator = make_person(roles=(Role.MODERATOR,), association=make_association())
    proposal = make_proposal(round_, State.SUBMITTED, author=author)
    with transaction():
        facts = LetterFacts(link="l", contact="c", deadline="d")
        judgement = Judgement(Outcome.ADMIT, None, "", proposal.version)
        decide(proposal.public_id, judgement, moderator, facts, now())
    delete(author)
    assert db.session.scalars(sa.select(Proposal)).all() == []
    assert list(faults()) == []


def test_the_line_of_the_roll_stays_so_that_nobody_votes_twice(app):
    person, round_ = make_person(), make_round(Phase.VOTING)
    voter = add_voter(round_, person)
    delete(person)
    assert db.session.get(Voter, voter.id) is not None


@pytest.mark.parametrize("role", list(Role))
def test_whoever_holds_a_role_gives_it_back_first(client, role):
    person = make_person(roles=(role,))
    sign_in(client, person)
    assert "Une chose à faire d’abord" in client.get(PATH).text
    answer = client.post(PATH, data={"confirmation": person.email})
    assert answer.status_code == 422
    db.session.expire_all()
    assert db.session.get(Person, person.id).email == person.email


def test_somebody_without_an_address_types_a_word(client):
    person = make_person()
    with transaction():
        db.session.add(PersonIdentifier(person_id=person.id, value="ine:" + "d" * 64, source="cas", added_at=now()))
        person.email = None
    sign_in(client, person)
    assert WORD in client.get(PATH).text
    assert client.post(PATH, data={"confirmation": WORD}).status_code == 303
    assert db.session.scalars(sa.select(PersonIdentifier)).all() == []


def test_accounts_that_were_joined_go_together(app):
    person, joined = make_person(), make_person()
    with transaction():
        joined.merged_into_id, joined.email = person.id, None
    delete(person)
    run(now())
    assert db.session.scalars(sa.select(Person)).all() == []


def test_signing_in_again_is_a_new_account(client):
    person = make_person(email="moi@etu.exemple.example")
    code = person.public_id
    delete(person)
    client.post("/connexion", data={"email": "moi@etu.exemple.example"})
    letter = [each for each in post() if "/connexion/lien/" in each.body][-1]
    assert client.post(letter.path).status_code == 303
    again = person_by_email("moi@etu.exemple.example")
    assert again is not None
    assert again.public_id != code


def test_eight_deletions_at_once_delete_once(app_on_each_database):
    person = make_person()
    address = person.email

    def one(_number):
        fresh = db.session.scalars(sa.select(Person).where(Person.id == person.id)).one()
        delete_account(fresh, address, now(), contact="c")
        return True

    answers = at_once(app_on_each_database, one, 8)
    assert sum(answer is True for answer in answers) == 1
    assert all(isinstance(answer, Refusal) for answer in answers if answer is not True)
    db.session.rollback()
    assert len(db.session.scalars(sa.select(DeletionRecord)).all()) == 1
    assert list(faults()) == []


def test_every_table_that_names_a_person_is_emptied_or_keeps_a_code_alone(app):
    """A new table about people must say what a deletion does to it: here, or in the list of what stays."""
    stays = {
        "appraisal",
        "appraisal_note",
        "appraisal_grid",
        "opinion_request",
        "project_link",
        "moderation_decision",
        "proposal",
        "personal_reading.reader_id",
        "person",
        "moderation_opinion",
        "moderation_appeal",
        "moderation_recusal",
        "moderation_reading",
        "costing_step",
        "finding_draft",
    }
    emptied = {
        "sign_in_session", "second_factor", "recovery_code", "person_identifier", "role_grant", "address_change",
        "inactivity_warning", "personal_reading.person_id", "enrolment_proof", "basket_begun", "reminder_sent",
        "comment.person_id", "notice.assigned_id", "notice_decision.person_id", "speaking_block",
        "reminder_refusal", "moderation_link", "moderation_note", "moderation_claim",
        "digest_sent", "letter_choice", "notification", "follow", "join_request", "merger.proposed_by_id",
        "merger_consent", "split_consent", "split.carrier_id", "split.proposed_by_id",
        "proposal_amendment.by_id", "proposal_co_author", "proposal_invitation",
        "statement", "questionnaire_part", "questionnaire_answer",
        "appraisal_group_member", "appraisal_interest", "appraisal_assignment",
    }  # fmt: skip
    for table, column in references(Person):
        assert {table.name, f"{table.name}.{column.name}"} & (stays | emptied), f"{table.name}.{column.name}"


def test_what_was_foreseen_is_what_happens(app):
    person = make_person()
    assert foreseen(person, now()).before == ()
    assert foreseen(person, now() + timedelta(days=1)).goes
